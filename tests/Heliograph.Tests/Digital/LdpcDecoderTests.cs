using Heliograph.Channels;
using Heliograph.Digital;
using Heliograph.Statistics;

namespace Heliograph.Tests.Digital;

public sealed class LdpcDecoderTests
{
    [Theory]
    [InlineData(648, CodeRate.Half, 100)]
    [InlineData(1944, CodeRate.FiveSixths, 33)]
    public void Every_width_of_vectors_decides_the_same(int length, CodeRate rate, int words)
    {
        var code = LdpcCode.Of(length, rate);
        // Where about half of the words fail.
        var (llrs, _) = Received(code, words, rate == CodeRate.Half ? 1.2 : 5.4);
        var results = new[] { 128, 256, 512 }.Select(bits => Decode(new LdpcDecoder(code, 20, bits), code, llrs, words)).ToArray();
        Assert.InRange(results[0].Held.Count(held => held), 1, words - 1);
        Assert.All(results, result => Assert.Equal(results[0].Held, result.Held));
        Assert.All(results, result => Assert.Equal(results[0].Messages, result.Messages));
    }

    [Theory, MemberData(nameof(LdpcCodeTests.Codes), MemberType = typeof(LdpcCodeTests))]
    public void Noise_well_above_the_threshold_is_corrected_and_below_it_reported(int length, CodeRate rate)
    {
        var code = LdpcCode.Of(length, rate);
        // Capacity of BPSK at these SNRs is well above, and well below, the rate.
        double decibels = rate switch { CodeRate.Half => 3.5, CodeRate.TwoThirds => 5.0, CodeRate.ThreeQuarters => 6.2, _ => 7.8 };
        var (llrs, sent) = Received(code, 50, decibels);
        var decoded = Decode(new LdpcDecoder(code), code, llrs, 50);
        Assert.DoesNotContain(false, decoded.Held);
        Assert.Equal(sent, decoded.Messages);
        // The noise had turned bits over.
        Assert.NotEqual(sent, llrs.Select((llr, i) => (llr, i)).Where(at => at.i % length < code.MessageLength).Select(at => (byte)(at.llr < 0 ? 1 : 0)).ToArray());

        (llrs, _) = Received(code, 50, decibels - 5);
        Assert.DoesNotContain(true, Decode(new LdpcDecoder(code), code, llrs, 50).Held);
    }

    [Fact]
    public void The_unit_of_the_ratios_does_not_matter_and_infinite_ones_are_known_bits()
    {
        var code = LdpcCode.Of(648, CodeRate.Half);
        var (llrs, sent) = Received(code, 64, 1.2);
        var plain = Decode(new LdpcDecoder(code), code, llrs, 64);
        Assert.Equal(plain.Held, Decode(new LdpcDecoder(code), code, [.. llrs.Select(llr => 1024 * llr)], 64).Held);

        // With half of the message known, what failed before succeeds.
        float[] known = [.. llrs];
        for (int w = 0; w < 64; w++)
            for (int i = 0; i < 162; i++)
                known[w * 648 + i] = sent[w * 324 + i] == 0 ? float.PositiveInfinity : float.NegativeInfinity;
        var helped = Decode(new LdpcDecoder(code), code, known, 64);
        Assert.Contains(false, plain.Held);
        Assert.DoesNotContain(false, helped.Held);
        Assert.Equal(sent, helped.Messages);
    }

    [Fact]
    public void Spans_of_the_wrong_length_are_refused()
    {
        var decoder = new LdpcDecoder(LdpcCode.Of(648, CodeRate.Half));
        Assert.Throws<ArgumentException>(() => decoder.Decode(new float[649], new byte[324], new bool[1]));
        Assert.Throws<ArgumentException>(() => decoder.Decode(new float[648], new byte[323], new bool[1]));
        Assert.Throws<ArgumentException>(() => new LdpcEncoder(LdpcCode.Of(648, CodeRate.Half)).Encode(new byte[647]));
        Assert.Throws<ArgumentOutOfRangeException>(() => new LdpcDecoder(LdpcCode.Of(648, CodeRate.Half), 0));
        Assert.Equal("there is no LDPC code of length 1000; IEEE 802.11's are 648, 1296 and 1944 bits long", Assert.Throws<UsageException>(() => LdpcCode.Of(1000, CodeRate.Half)).Message);
    }

    /// <summary>Random messages with one bit a real symbol over AWGN.</summary>
    static (float[] Llrs, byte[] Messages) Received(LdpcCode code, int words, double decibels)
    {
        var encoder = new LdpcEncoder(code);
        var messages = new List<byte>();
        float[] llrs = new float[words * code.Length], symbols = new float[code.Length];
        for (int w = 0; w < words; w++)
        {
            var random = new RandomStream(5, "word", w);
            byte[] word = new byte[code.Length];
            for (int i = 0; i < code.MessageLength; i++)
                word[i] = (byte)random.NextInt(2);
            encoder.Encode(word);
            messages.AddRange(word[..code.MessageLength]);
            Modulation.Qpsk.Map(word, symbols);
            new AwgnChannel().Transmit(symbols, Snr.FromDecibels(decibels), random);
            Modulation.Qpsk.Demap(symbols, llrs.AsSpan(w * code.Length, code.Length));
        }
        return (llrs, [.. messages]);
    }

    static (byte[] Messages, bool[] Held) Decode(LdpcDecoder decoder, LdpcCode code, float[] llrs, int words)
    {
        byte[] messages = new byte[words * code.MessageLength];
        bool[] held = new bool[words];
        decoder.Decode(llrs, messages, held);
        return (messages, held);
    }
}
