using Heliograph.Training.Optimisers;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Optimisers;

[Collection(TorchCollection.Name)]
public sealed class SgdTests
{
    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(0.9, 0, false)]
    [InlineData(0.9, 5e-4, false)]
    [InlineData(0.9, 0.1, true)]
    [InlineData(0.5, 0.01, true)]
    public void Steps_as_PyTorch_does(double momentum, double decay, bool nesterov) =>
        AgainstPyTorch.AssertSteps((w, rate) => optim.SGD([w], rate, momentum, dampening: 0, weight_decay: decay, nesterov: nesterov), w => new Sgd([new("w", w) { Decay = decay }], momentum, nesterov), 1e-6);

    [Fact]
    public void Follows_the_formula_by_hand()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new float[] { 2 }, requires_grad: true);
        using var optimizer = new Sgd([new("w", w) { Decay = 0.1 }], momentum: 0.5, nesterov: false);
        // Gradient 3. d = 3 + 0.1·2 = 3.2, m = 3.2, w = 2 − 0.1·3.2 = 1.68; then d = 3.168, m = 1.6 + 3.168 = 4.768, w = 1.68 − 0.4768.
        (w * 3).sum().backward();
        optimizer.Step(0.1);
        Assert.Equal(1.68f, w.item<float>(), 6);
        (w * 3).sum().backward();
        optimizer.Step(0.1);
        Assert.Equal(1.2032f, w.item<float>(), 6);
        Assert.Equal(4.768f, optimizer.State().Single().Read()[0], 5);
    }

    [Theory]
    [InlineData(0, false, 16, 12, 3)]
    [InlineData(5e-4, true, 16, 12, 3)]
    [InlineData(5e-4, false, 70_001, 1, 1)]
    [InlineData(0.1, true, 37, 64, 3)]
    public void One_pass_over_the_memory_gives_the_bits_of_libtorchs_operations(double decay, bool nesterov, int filters, int channels, int side)
    {
        using var scope = NewDisposeScope();
        Tensor Drawn(ulong seed) => tensor(Heliograph.Tests.Shared.Drawn.Normal(filters * channels * side * side, seed), [filters, side, side, channels]).permute(0, 3, 1, 2);
        Tensor[] value = [Drawn(1), Drawn(1)], average = [Drawn(2), Drawn(2)];
        var step = new SgdStep(0.037, 0.9, decay, nesterov);
        for (ulong i = 0; i < 5; i++)
        {
            Tensor[] gradient = [Drawn(3 + i), Drawn(3 + i)];
            step.Take(DenseFloats.Of(value[0], gradient[0], average[0])!.Value);
            step.Take(value[1], gradient[1], average[1]);
        }
        Assert.Equal(Arrays.ToArray(value[1]), Arrays.ToArray(value[0]));
        Assert.Equal(Arrays.ToArray(average[1]), Arrays.ToArray(average[0]));
    }

    [Fact]
    public void Tensors_that_lie_in_different_orders_are_not_taken_for_one_pass()
    {
        using var scope = NewDisposeScope();
        Tensor contiguous = zeros(2, 3, 4, 5), channelsLast = zeros(2, 4, 5, 3).permute(0, 3, 1, 2);
        Assert.NotNull(DenseFloats.Of(contiguous, contiguous, contiguous));
        Assert.NotNull(DenseFloats.Of(channelsLast, channelsLast, channelsLast));
        Assert.Null(DenseFloats.Of(contiguous, channelsLast, contiguous));
        Assert.Null(DenseFloats.Of(contiguous, contiguous.to(ScalarType.Float64), contiguous));
    }

    [Fact]
    public void A_parameter_without_a_gradient_stays()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new float[] { 2 }, requires_grad: true);
        using var optimizer = new Sgd([new("w", w) { Decay = 0.1 }], 0.9, false);
        optimizer.Step(0.1);
        Assert.Equal(2, w.item<float>());
    }
}
