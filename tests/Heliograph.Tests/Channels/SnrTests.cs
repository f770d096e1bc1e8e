using CsCheck;
using Heliograph.Channels;

namespace Heliograph.Tests.Channels;

public sealed class SnrTests
{
    [Theory]
    [InlineData(-5, 0.198)]
    [InlineData(0, 0.5)]
    [InlineData(5, 1.029)]
    [InlineData(10, 1.730)]
    [InlineData(20, 3.329)]
    public void Capacity_in_bits_per_real_symbol(double decibels, double bits) => Assert.Equal(bits, Snr.FromDecibels(decibels).Capacity, 3);

    [Fact]
    public void The_papers_14_5_dB()
    {
        var snr = Snr.FromDecibels(14.5);
        Assert.Equal(0.18836, snr.NoiseDeviation, 5);
        Assert.Equal(2.4335, snr.Capacity, 4);
        Assert.Equal("14.5 dB", snr.ToString());
    }

    [Fact]
    public void Three_decibels_are_nearly_twice_and_ten_are_ten_times()
    {
        Assert.Equal(1.995262, Snr.FromDecibels(3).Ratio, 6);
        Assert.Equal(10, Snr.FromDecibels(10).Ratio, 12);
        Assert.Equal(1, Snr.FromDecibels(0).NoiseVariance, 12);
        Assert.Equal(0.25, new Snr(4).NoiseVariance);
        Assert.Equal(0.5, new Snr(4).NoiseDeviation);
        Assert.Equal(1, new Snr(3).Capacity, 12);
    }

    [Fact]
    public void Decibels_survive_the_way_there_and_back() => Gen.Double[-60, 60].Sample(decibels =>
    {
        var snr = Snr.FromDecibels(decibels);
        Assert.Equal(decibels, snr.Decibels, tolerance: 1e-9);
        Assert.Equal(1, snr.Ratio * snr.NoiseVariance, tolerance: 1e-12);
    });

    [Fact]
    public void Without_noise_there_is_no_variance() => Assert.Equal((0, 0), (Snr.Infinite.NoiseVariance, Snr.Infinite.NoiseDeviation));
}
