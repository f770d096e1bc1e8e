using CsCheck;
using Heliograph.Channels;
using Heliograph.Digital;
using Heliograph.Statistics;

namespace Heliograph.Tests.Digital;

public sealed class DigitalLinkTests
{
    [Fact]
    public void Every_mode_carries_payloads_of_any_length_and_their_symbols_tell_it()
    {
        foreach (var mode in LinkMode.All)
        {
            var link = new DigitalLink(mode);
            int full = mode.Code.MessageLength / 8;
            foreach (int length in new[] { 0, 1, full - 5, full - 4, full - 3, 3 * full + 1, 500 })
            {
                byte[] payload = Bytes(length);
                float[] symbols = link.Send(payload);
                Assert.Equal(DigitalLink.SymbolCount(mode, length), symbols.Length);
                Assert.Equal(payload, link.Receive(symbols));
            }
        }
    }

    [Fact]
    public void The_number_of_symbols_determines_the_number_of_bytes() =>
        Gen.Select(Gen.Int[0, LinkMode.All.Count - 1].Select(i => LinkMode.All[i]), Gen.Int[0, 100_000]).Sample((mode, bytes) =>
        {
            int symbols = DigitalLink.SymbolCount(mode, bytes);
            // A byte is 8 bits and a sample at most 6: each length has symbols of its own.
            Assert.True(DigitalLink.SymbolCount(mode, bytes + 1) > symbols);
            Assert.Equal(bytes, BlockLayout.OfSymbols(mode, symbols)?.PayloadBytes);
            Assert.Equal(bytes, DigitalLink.MostBytesIn(mode, symbols));
            Assert.Equal(bytes - 1, DigitalLink.MostBytesIn(mode, symbols - 2));
        });

    [Fact]
    public void A_payload_of_zeros_has_a_mean_power_of_1()
    {
        foreach (var modulation in Modulation.All)
        {
            float[] symbols = new DigitalLink(new(modulation, LdpcCode.Of(1944, CodeRate.ThreeQuarters))).Send(new byte[20_000]);
            Assert.InRange(symbols.Average(symbol => (double)symbol * symbol), 0.97, 1.03);
        }
    }

    [Fact]
    public void Over_noise_a_payload_arrives_as_sent_or_is_lost_and_together_they_fare_as_alone()
    {
        var mode = LinkMode.Parse("16-qam,1/2,648");
        byte[][] payloads = [.. Enumerable.Range(0, 150).Select(i => Bytes(40 + i))];
        var snr = Snr.FromDecibels(6.3);
        var link = new DigitalLink(mode);
        byte[]?[] arrived = [.. link.Carry(payloads, new AwgnChannel(), snr, i => new RandomStream(9, "noise", i))];
        Assert.Equal(payloads.Length, arrived.Length);
        Assert.InRange(arrived.Count(payload => payload is null), 5, 145);
        for (int i = 0; i < payloads.Length; i++)
        {
            float[] symbols = link.Send(payloads[i]);
            new AwgnChannel().Transmit(symbols, snr, new RandomStream(9, "noise", i));
            Assert.Equal(arrived[i], link.Receive(symbols));
            if (arrived[i] is { } payload)
                Assert.Equal(payloads[i], payload);
        }
    }

    [Theory]
    [InlineData("erasure:0.1", 12)]
    [InlineData("phase:5", 12)]
    [InlineData("clip:3", 12)]
    [InlineData("burst:0.001", 20)]
    [InlineData("rayleigh:block=1", 15)]
    public void Any_channel_can_lie_between(string channel, double decibels)
    {
        byte[][] payloads = [.. Enumerable.Range(0, 40).Select(_ => Bytes(300))];
        var link = new DigitalLink(LinkMode.Parse("qpsk,1/2"));
        byte[]?[] arrived = [.. link.Carry(payloads, ChannelCatalogue.Parse(channel), Snr.FromDecibels(decibels), i => new RandomStream(2, "noise", i))];
        Assert.Equal(payloads, arrived);
    }

    [Fact]
    public void A_wrong_message_with_all_parities_is_lost()
    {
        // Another code word: the sum of two. Its parities hold and only the check can tell.
        var link = new DigitalLink(LinkMode.Parse("qpsk,1/2,648"));
        float[] one = link.Send(Bytes(30)), other = link.Send(new byte[30]), sum = [.. one.Select((symbol, i) => -symbol * other[i])];
        Assert.Null(link.Receive(sum));
        Assert.Equal(0xE3069283, Heliograph.Files.Crc32C.Of("123456789"u8));   // the catalogue's check value of CRC-32C
    }

    [Fact]
    public void What_is_impossible_is_refused_in_one_line()
    {
        void Refused(string text, string message) => Assert.Equal(message, Assert.Throws<UsageException>(() => LinkMode.Parse(text)).Message);
        Refused("qpsk,7/8", "there is no code rate '7/8'; IEEE 802.11's LDPC codes have 1/2, 2/3, 3/4, 5/6");
        Refused("8-psk,1/2", "there is no modulation '8-psk'; did you mean bpsk? known are bpsk, qpsk, 16-qam, 64-qam");
        Refused("qpsk,1/2,1000", "there is no LDPC code of length 1000; IEEE 802.11's are 648, 1296 and 1944 bits long");
        Refused("qpsk,1/2,long", "'long' is not the length of an LDPC code; IEEE 802.11's are 648, 1296 and 1944 bits long");
        Refused("qpsk", "'qpsk' is not a modulation and a code; they are written for instance 16-qam,3/4 or 16-qam,3/4,1944");
        Assert.All(LinkMode.All, mode => Assert.Equal(mode, LinkMode.Parse(mode.ToString())));

        var link = new DigitalLink(LinkMode.Parse("qpsk,1/2"));
        Assert.Equal("a payload of 16777217 bytes is too long for a digital link: at most 16777216",
            Assert.Throws<UsageException>(() => DigitalLink.SymbolCount(link.Mode, DigitalLink.MostBytes + 1)).Message);
        float[] symbols = link.Send(Bytes(100));
        Assert.Equal($"no payload takes {symbols.Length - 2} symbols with qpsk,1/2,1944: some are missing, or it was sent in another way",
            Assert.Throws<InvalidDataException>(() => link.Receive(symbols.AsSpan(2))).Message);
        symbols[7] = float.PositiveInfinity;
        Assert.Equal($"symbol 7 of {symbols.Length} is Infinity: a received symbol must be a finite number", Assert.Throws<InvalidDataException>(() => link.Receive(symbols)).Message);
    }

    static byte[] Bytes(int count)
    {
        var random = new RandomStream(4, "payload", count);
        return [.. Enumerable.Range(0, count).Select(_ => (byte)random.NextInt(256))];
    }
}
