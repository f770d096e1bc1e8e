using Heliograph.Channels;
using Heliograph.Statistics;

namespace Heliograph.Tests.Channels;

public sealed class AwgnChannelTests
{
    const int Count = 1_000_000;

    [Theory]
    [InlineData(-6)]
    [InlineData(0)]
    [InlineData(14.5)]
    [InlineData(20)]
    public void The_measured_snr_is_the_one_asked_for(double decibels)
    {
        var random = new RandomStream(7, "symbols");
        float[] sent = [.. Enumerable.Range(0, Count).Select(_ => (float)random.NextGaussian())], received = [.. sent];
        new AwgnChannel().Transmit(received, Snr.FromDecibels(decibels), new RandomStream(7, "noise"));

        double[] noise = [.. received.Zip(sent, (y, x) => (double)y - x)];
        double variance = noise.Average(z => z * z);
        Assert.InRange(-10 * Math.Log10(variance), decibels - 0.02, decibels + 0.02);
        double deviation = Math.Sqrt(variance);
        Assert.InRange(noise.Average() / deviation, -0.004, 0.004);
        // Gaussian: 68.27 % within one deviation, 0.27 % beyond three; white: neighbours do not correlate.
        Assert.Equal(0.6827, noise.Count(z => Math.Abs(z) < deviation) / (double)Count, 2);
        Assert.Equal(0.0027, noise.Count(z => Math.Abs(z) > 3 * deviation) / (double)Count, 3);
        Assert.InRange(noise.Zip(noise.Skip(1), (a, b) => a * b).Average() / variance, -0.004, 0.004);
    }

    [Fact]
    public void The_same_stream_gives_the_same_noise()
    {
        float[] Received(ulong seed)
        {
            var symbols = new float[64];
            new AwgnChannel().Transmit(symbols, Snr.FromDecibels(3), new RandomStream(seed, "noise"));
            return symbols;
        }
        Assert.Equal(Received(1), Received(1));
        Assert.NotEqual(Received(1), Received(2));
    }

    [Fact]
    public void A_channel_without_noise_changes_nothing()
    {
        float[] symbols = [1, -2, 0.5f];
        new AwgnChannel().Transmit(symbols, Snr.Infinite, new RandomStream(1, "noise"));
        Assert.Equal([1, -2, 0.5f], symbols);
    }
}
