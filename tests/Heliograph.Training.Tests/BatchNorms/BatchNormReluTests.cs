using Heliograph.Training.BatchNorms;
using Heliograph.Training.Torch;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Tests.BatchNorms;

[Collection(TorchCollection.Name)]
public sealed class BatchNormReluTests
{
    const double Momentum = 0.1, Epsilon = 1e-5;

    delegate Tensor Layers(Tensor x, Tensor weight, Tensor bias, Tensor runningMean, Tensor runningVariance);

    /// <summary>Result, gradients of input, weight and bias, and running statistics, for the same draws. Few different values: ties in the pooling.</summary>
    static Tensor[] Run(Layers layers, ScalarType type, long[] shape, bool channelsLast)
    {
        manual_seed(3);
        var (images, channels, height, width) = (shape[0], shape[1], shape[2], shape[3]);
        var x = randint(-4, 5, [images, height, width, channels]).to(ScalarType.Float32).mul(0.25).add(randn(channels)).permute(0, 3, 1, 2);
        Tensor[] leaves = [channelsLast ? x : x.contiguous(), randn(channels), randn(channels)];
        Tensor[] running = [randn(channels).to(type), rand(channels).to(type)];
        leaves = [.. leaves.Select(leaf => leaf.to(type).detach().requires_grad_(true))];
        var y = layers(leaves[0], leaves[1], leaves[2], running[0], running[1]);
        y.backward([randn(y.shape).to(type)]);
        return [y.detach(), .. leaves.Select(leaf => leaf.grad!), .. running];
    }

    static Layers Ours(bool pooled) => (x, weight, bias, mean, variance) => BatchNormRelu.Compute(x, weight, bias, mean, variance, Momentum, Epsilon, pooled);

    static Layers Libtorchs(bool pooled) => (x, weight, bias, mean, variance) =>
    {
        var y = F.batch_norm(x, mean, variance, weight, bias, training: true, Momentum, Epsilon).relu();
        return pooled ? F.max_pool2d(y, [2, 2]) : y;
    };

    [Theory]
    [InlineData(2, 16, 2, 2)]
    [InlineData(3, 16, 4, 6)]
    [InlineData(5, 37, 2, 8)]
    [InlineData(1, 100, 6, 2)]
    // Several blocks of the batch, the last one smaller.
    [InlineData(9, 70, 16, 14)]
    public void It_and_its_gradients_are_those_of_libtorchs_64_bit_layers(int images, int channels, int height, int width)
    {
        using var scope = NewDisposeScope();
        foreach (var (pooled, channelsLast) in ((bool, bool)[])[(false, true), (true, true), (true, false)])
        {
            var expected = Run(Libtorchs(pooled), ScalarType.Float64, [images, channels, height, width], channelsLast);
            var actual = Run(Ours(pooled), ScalarType.Float32, [images, channels, height, width], channelsLast);
            foreach (var (e, a) in expected.Zip(actual))
            {
                Assert.Equal(e.shape, a.shape);
                Assert.InRange((e - a).abs().max().item<double>() / e.abs().max().item<double>(), 0, 2e-5);
            }
        }
    }

    [Fact]
    public void A_mean_far_from_zero_leaves_the_variance_as_it_is()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        Tensor x = randn(64, 8, 8, 16).add(1000).permute(0, 3, 1, 2), mean = zeros(16), variance = zeros(16);
        BatchNormRelu.Compute(x, ones(16), zeros(16), mean, variance, 1, Epsilon, pooled: false);
        var expected = x.to(ScalarType.Float64).permute(1, 0, 2, 3).flatten(1).var(1);
        Assert.InRange((variance / expected - 1).abs().max().item<double>(), 0, 1e-4);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Two_threads_give_the_same_bits_as_one(bool pooled)
    {
        using var scope = NewDisposeScope();
        try
        {
            TorchRuntime.UseThreads(1);
            var one = Run(Ours(pooled), ScalarType.Float32, [40, 48, 16, 16], channelsLast: true);
            TorchRuntime.UseThreads(2);
            var two = Run(Ours(pooled), ScalarType.Float32, [40, 48, 16, 16], channelsLast: true);
            foreach (var (a, b) in one.Zip(two))
                Assert.True(a.eq(b).all().item<bool>());
        }
        finally
        {
            TorchRuntime.UseThreads(1);
        }
    }

    [Theory]
    [InlineData(2, 4, 4, true, true)]
    [InlineData(2, 5, 4, false, true)]
    [InlineData(2, 5, 4, true, false)]
    [InlineData(1, 1, 1, false, false)]
    public void It_takes_what_it_computes(int images, int height, int width, bool pooled, bool suits)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(suits && System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated, BatchNormRelu.Suits(zeros(images, 16, height, width), pooled));
        Assert.False(BatchNormRelu.Suits(zeros(images, 15, height, width), pooled));
        Assert.False(BatchNormRelu.Suits(zeros(images, 16, height, width).to(ScalarType.BFloat16), pooled));
    }
}
