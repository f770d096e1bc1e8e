using Heliograph.Channels;
using Heliograph.Statistics;

namespace Heliograph.Tests.Channels;

public sealed class ChannelCatalogueTests
{
    [Theory]
    [InlineData("awgn", "awgn")]
    [InlineData("rayleigh", "rayleigh:block=0,csi=receiver")]
    [InlineData("rayleigh:block=1,csi=none", "rayleigh:block=1,csi=none")]
    [InlineData("rician:6", "rician:6,block=0,csi=receiver")]
    [InlineData("rician:csi=none,k=-3", "rician:-3,block=0,csi=none")]
    [InlineData("erasure:0.1", "erasure:0.1")]
    [InlineData("erasure:probability=0.1", "erasure:0.1")]
    [InlineData("phase:15", "phase:15")]
    [InlineData("clip:6", "clip:6")]
    [InlineData("burst:0.02", "burst:0.02,length=8,power=10")]
    public void A_channel_is_written_as_it_is_read(string text, string written)
    {
        var channel = ChannelCatalogue.Parse(text);
        Assert.Equal(written, channel.ToString());
        Assert.Equal(channel, ChannelCatalogue.Parse(written));
    }

    [Theory]
    [InlineData("ether", "there is no channel 'ether'; known are awgn, rayleigh:block=SAMPLES,csi=receiver|none, ")]
    [InlineData("raleigh", "did you mean rayleigh?")]
    [InlineData("awgn:5", "'5' is not one of its parameters; it is written awgn")]
    [InlineData("rayleigh:speed=3", "it has no parameter 'speed'; it is written rayleigh:")]
    [InlineData("rayleigh:block=-1", "'-1' is not a number from 0 to 1048576")]
    [InlineData("rayleigh:block=1.5", "block must be a whole number")]
    [InlineData("rayleigh:csi=sender", "csi must be receiver or none, not 'sender'")]
    [InlineData("rayleigh:block=1,none", "'none' is not a parameter")]
    [InlineData("rayleigh:block=1,block=2", "'block=2' is not a parameter")]
    [InlineData("erasure", "its parameter is missing; it is written erasure:PROBABILITY")]
    [InlineData("erasure:2", "'2' is not a number from 0 to 1")]
    [InlineData("erasure:NaN", "'NaN' is not a number from 0 to 1")]
    [InlineData("clip:", "its parameter is missing")]
    public void What_is_no_channel_says_what_would_be(string text, string why) =>
        Assert.Contains(why, Assert.Throws<UsageException>(() => ChannelCatalogue.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void A_simulated_channel_has_an_SNR_among_its_parameters()
    {
        Assert.Equal((new AwgnChannel(), 14.5), Of("awgn:14.5"));
        Assert.Equal((new AwgnChannel(), -3), Of("awgn:snr=-3"));
        Assert.Equal((new FadingChannel(double.NegativeInfinity, 1, true), 10), Of("rayleigh:block=1,snr=10"));
        Assert.Equal((new ErasureChannel(0.1), 0), Of("erasure:0.1,snr=0"));
        Assert.Contains("its SNR is missing; write for instance awgn:14.5", Assert.Throws<UsageException>(() => Of("awgn")).Message, StringComparison.Ordinal);
        Assert.Contains("its SNR is missing; write for instance rayleigh:block=0,csi=receiver,snr=14.5", Assert.Throws<UsageException>(() => Of("rayleigh")).Message, StringComparison.Ordinal);
        Assert.Contains("'1000' is not a number from -100 to 100", Assert.Throws<UsageException>(() => Of("awgn:1000")).Message, StringComparison.Ordinal);

        static (IChannel, double) Of(string text) => ChannelCatalogue.ParseWithSnr(text) is var (channel, snr) ? (channel, Math.Round(snr.Decibels, 9)) : default;
    }

    [Theory]
    [InlineData("rayleigh", 1)]
    [InlineData("rician:6", 1)]
    [InlineData("phase:180", 1)]
    [InlineData("erasure:0.25", 0.75)]
    public void The_mean_gain_is_one_but_for_what_is_erased(string text, double expected)
    {
        // csi=none: what comes, without noise.
        var channel = ChannelCatalogue.Parse(text) is FadingChannel fading ? fading with { KnownToReceiver = false } : ChannelCatalogue.Parse(text);
        double power = 0;
        for (int i = 0; i < 40_000; i++)
        {
            float[] symbols = [1, -1, 1, 1];
            channel.Transmit(symbols, Snr.Infinite, new RandomStream(1, "gain", i));
            power += symbols.Sum(symbol => (double)symbol * symbol) / 4 / 40_000;
        }
        Assert.Equal(expected, power, 0.02);
    }

    [Fact]
    public void What_the_receiver_knows_it_undoes_and_a_clipped_sample_keeps_its_phase()
    {
        float[] symbols = [3, 4, 0.3f, 0.4f, 1];
        new FadingChannel(double.NegativeInfinity, 1, true).Transmit(symbols, Snr.Infinite, new RandomStream(1, "known"));
        Assert.All(symbols.Zip([3, 4, 0.3f, 0.4f, 1]), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
        // 0 dB above a mean power of 2 for a sample: none is larger than √2.
        new ClippingChannel(0).Transmit(symbols, Snr.Infinite, new RandomStream(1, "clip"));
        Assert.All(symbols.Zip([0.6f * MathF.Sqrt(2), 0.8f * MathF.Sqrt(2), 0.3f, 0.4f, 1]), pair => Assert.Equal(pair.Second, pair.First, 1e-4f));
    }

    [Fact]
    public void A_burst_lasts_and_none_comes_at_rate_0()
    {
        float[] symbols = new float[1000];
        new BurstChannel(0, 5, 20).Transmit(symbols, Snr.Infinite, new RandomStream(1, "burst"));
        Assert.All(symbols, symbol => Assert.Equal(0, symbol));
        new BurstChannel(0.01, 5, 20).Transmit(symbols, Snr.Infinite, new RandomStream(1, "burst"));
        string hits = string.Concat(symbols.Select(symbol => symbol == 0 ? '.' : 'x'));
        Assert.All(hits.TrimEnd('x').Split('.', StringSplitOptions.RemoveEmptyEntries), run => Assert.True(run.Length >= 5));
        Assert.InRange(hits.Count(hit => hit == 'x'), 20, 90);
    }
}
