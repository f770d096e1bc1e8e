using Heliograph.Channels;
using Heliograph.Training.Channels;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Channels;

[Collection(TorchCollection.Name)]
public sealed class DifferentiableAwgnTests
{
    [Theory]
    [InlineData(-6)]
    [InlineData(0)]
    [InlineData(14.5)]
    [InlineData(20)]
    public void The_measured_snr_is_the_one_asked_for(double decibels)
    {
        using var scope = NewDisposeScope();
        manual_seed(11);
        var symbols = randn(1000, 1000);
        var noise = (new DifferentiableAwgn().Transmit(symbols, Snr.FromDecibels(decibels)) - symbols).to(ScalarType.Float64);
        double variance = noise.square().mean().item<double>();
        Assert.InRange(-10 * Math.Log10(variance), decibels - 0.02, decibels + 0.02);
        Assert.InRange(noise.mean().item<double>() / Math.Sqrt(variance), -0.004, 0.004);
        Assert.Equal(0.6827, noise.abs().lt(Math.Sqrt(variance)).to(ScalarType.Float64).mean().item<double>(), 2);
    }

    [Fact]
    public void The_same_seed_gives_the_same_noise_whatever_is_sent()
    {
        using var scope = NewDisposeScope();
        float[] Noise(long seed, double symbol)
        {
            manual_seed(seed);
            return Arrays.ToArray(new DifferentiableAwgn().Transmit(full([2, 8], symbol), Snr.FromDecibels(3)) - symbol);
        }
        Assert.Equal(Noise(1, 0), Noise(1, 0));
        Drawn.AssertClose(Noise(1, 0), Noise(1, 1), 1e-6);
        Assert.NotEqual(Noise(1, 0), Noise(2, 0));
        float[] rows = Noise(1, 0);
        Assert.NotEqual(rows[..8], rows[8..]);
    }

    [Fact]
    public void The_gradient_passes_unchanged()
    {
        using var scope = NewDisposeScope();
        var symbols = tensor(Drawn.Normal(12, 1), [3, 4], requires_grad: true);
        float[] factors = Drawn.Normal(12, 2);
        new DifferentiableAwgn().Transmit(symbols, Snr.FromDecibels(0)).backward([tensor(factors, [3, 4])]);
        Assert.Equal(factors, Arrays.ToArray(symbols.grad!));
    }

    [Fact]
    public void Each_image_has_the_noise_of_its_own_SNR()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        double[] decibels = [-5, 0, 20];
        var noise = new DifferentiableAwgn().Transmit(zeros(3, 100_000), [.. decibels.Select(Snr.FromDecibels)]);
        float[] power = Arrays.ToArray(noise.square().mean([1]));
        Assert.All(power.Zip(decibels), pair => Assert.Equal(pair.Second, -10 * Math.Log10(pair.First), 0.05));
        Assert.Throws<ArgumentException>(() => new DifferentiableAwgn().Transmit(zeros(3, 4), Snr.Infinite, Snr.Infinite));
    }
}
