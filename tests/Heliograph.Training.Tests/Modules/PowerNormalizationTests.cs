using Heliograph.Networks;

namespace Heliograph.Training.Tests.Modules;

[Collection(TorchCollection.Name)]
public sealed class PowerNormalizationTests
{
    static readonly Network Network = new(new Shape(4, 3, 2), [new PowerNormalization("p", ["input"])]);

    [Theory]
    [InlineData(0.01)]
    [InlineData(1)]
    [InlineData(300)]
    public void Every_images_symbols_have_mean_power_one(double scale)
    {
        const int images = 50, symbols = 24;
        float[] x = Drawn.Normal(images * symbols, 3, scale), y = Arrays.Forward(Network, Weights.Empty, x);
        for (int n = 0; n < images; n++)
            Assert.Equal(1, y.AsSpan(n * symbols, symbols).ToArray().Average(v => (double)v * v), 1e-6);
        Drawn.AssertClose(Drawn.Output(Network, Weights.Empty, x), y, 1e-6);
    }

    [Fact]
    public void A_silent_image_stays_silent_and_has_a_finite_gradient()
    {
        Assert.Equal(new float[24], Arrays.Forward(Network, Weights.Empty, new float[24]));
        using var scope = TorchSharp.torch.NewDisposeScope();
        using var module = Arrays.Module(Network, Weights.Empty);
        var x = TorchSharp.torch.zeros([1, 4, 3, 2], requires_grad: true);
        module.Forward(x, training: true).sum().backward();
        Assert.All(Arrays.ToArray(x.grad!), g => Assert.True(float.IsFinite(g)));
    }

    [Fact]
    public void Its_gradient_is_that_of_finite_differences() => Differences.AssertGradients(Network, Weights.Empty, Drawn.Normal(48, 4));
}
