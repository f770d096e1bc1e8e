using Heliograph.Training.Convolutions;
using Heliograph.Training.Torch;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Tests.Convolutions;

[Collection(TorchCollection.Name)]
public sealed class Convolution3x3Tests
{
    /// <summary>Result and gradients of input, weights and bias, for the same draws.</summary>
    static Tensor[] Run(Func<Tensor, Tensor, Tensor, Tensor> convolve, ScalarType type, int images, int channels, int filters, int height, int width,
        bool channelsLast)
    {
        manual_seed(7);
        Tensor x = channelsLast ? randn(images, height, width, channels).permute(0, 3, 1, 2) : randn(images, channels, height, width);
        Tensor weight = channelsLast ? randn(filters, 3, 3, channels).permute(0, 3, 1, 2) : randn(filters, channels, 3, 3);
        Tensor[] leaves = [x, weight, randn(filters)];
        var gradient = randn(images, filters, height, width).to(type);
        leaves = [.. leaves.Select(leaf => leaf.to(type).detach().requires_grad_(true))];
        var y = convolve(leaves[0], leaves[1], leaves[2]);
        y.backward([gradient]);
        return [y.detach(), .. leaves.Select(leaf => leaf.grad!)];
    }

    static Func<Tensor, Tensor, Tensor, Tensor> With(IConvolutionKernels kernels) => (x, weight, bias) => Convolution3x3.Convolve(kernels, x, weight, bias);

    static Tensor Direct(Tensor x, Tensor weight, Tensor bias) => F.conv2d(x, weight, bias, padding: [1, 1]);

    [Theory]
    [InlineData(3, 16, 32, 4, 4)]
    [InlineData(5, 17, 35, 7, 6)]
    [InlineData(2, 61, 16, 1, 9)]
    [InlineData(3, 48, 20, 2, 2)]
    [InlineData(2, 16, 19, 1, 1)]
    [InlineData(7, 100, 130, 1, 2)]
    [InlineData(2, 300, 24, 8, 5)]
    // Several parts of the batch, the last one smaller: of a thread each, and shared out, where the weights are large.
    [InlineData(20, 33, 64, 32, 32)]
    [InlineData(40, 250, 160, 8, 7)]
    public void It_and_its_gradients_are_those_of_libtorchs_64_bit_convolution(int images, int channels, int filters, int height, int width)
    {
        using var scope = NewDisposeScope();
        foreach (var (kernels, channelsLast) in ConvolutionKernels.All.SelectMany(kernels => new[] { (kernels, true), (kernels, false) }))
        {
            var expected = Run(Direct, ScalarType.Float64, images, channels, filters, height, width, channelsLast);
            var actual = Run(With(kernels), ScalarType.Float32, images, channels, filters, height, width, channelsLast);
            foreach (var (e, a) in expected.Zip(actual))
            {
                Assert.Equal(e.shape, a.shape);
                double error = (e - a).abs().max().item<double>() / e.abs().max().item<double>();
                Assert.InRange(error, 0, 1e-4);
            }
        }
    }

    [Theory]
    [InlineData(20, 32, 48, 16)]
    [InlineData(40, 250, 160, 8)]
    [InlineData(9, 80, 100, 2)]
    public void Two_threads_give_the_same_bits_as_one(int images, int channels, int filters, int size)
    {
        using var scope = NewDisposeScope();
        try
        {
            foreach (var kernels in ConvolutionKernels.All)
            {
                TorchRuntime.UseThreads(1);
                var one = Run(With(kernels), ScalarType.Float32, images, channels, filters, size, size, channelsLast: true);
                TorchRuntime.UseThreads(2);
                var two = Run(With(kernels), ScalarType.Float32, images, channels, filters, size, size, channelsLast: true);
                // The bias's gradient is libtorch's sum.
                foreach (var (a, b) in one.Zip(two).Take(3))
                    Assert.True(a.eq(b).all().item<bool>());
            }
        }
        finally
        {
            TorchRuntime.UseThreads(1);
        }
    }

    [Fact]
    public void An_input_without_a_gradient_gets_none()
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(2, 16, 4, 4), weight = randn(16, 16, 3, 3).requires_grad_(true), bias = randn(16).requires_grad_(true);
        Convolution3x3.Convolve(x, weight, bias).sum().backward();
        Assert.Null(x.grad);
        Assert.NotNull(weight.grad);
    }

    [Fact]
    public void Weights_without_a_gradient_get_none_and_the_input_its_own()
    {
        using var scope = NewDisposeScope();
        Tensor x = randn(2, 16, 4, 4).requires_grad_(true), same = x.detach().clone().requires_grad_(true);
        Tensor weight = randn(16, 16, 3, 3), bias = randn(16), trained = weight.clone().requires_grad_(true);
        Convolution3x3.Convolve(x, weight, bias).square().sum().backward();
        Convolution3x3.Convolve(same, trained, bias.clone().requires_grad_(true)).square().sum().backward();
        Assert.Null(weight.grad);
        Assert.Null(bias.grad);
        Assert.Equal(Arrays.ToArray(same.grad!), Arrays.ToArray(x.grad!));
    }

    [Theory]
    [InlineData(64, 64, 3, 1, 1, true)]
    [InlineData(16, 16, 3, 1, 1, true)]
    [InlineData(3, 64, 3, 1, 1, false)]
    [InlineData(64, 8, 3, 1, 1, false)]
    [InlineData(64, 64, 3, 2, 1, false)]
    [InlineData(64, 64, 3, 1, 0, false)]
    [InlineData(64, 64, 5, 1, 1, false)]
    public void It_takes_what_it_computes_and_gains_from(int channels, int filters, int kernel, int stride, int padding, bool suits)
    {
        using var scope = NewDisposeScope();
        Assert.Equal(suits && System.Runtime.Intrinsics.Vector256.IsHardwareAccelerated,
            Convolution3x3.Suits(zeros(2, channels, 8, 8), zeros(filters, channels, kernel, kernel), stride, padding));
        Assert.False(Convolution3x3.Suits(zeros(2, channels, 8, 8).to(ScalarType.BFloat16), zeros(filters, channels, kernel, kernel), stride, padding));
    }
}
