using Heliograph.Networks;
using Heliograph.Training.Optimisers;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Optimisers;

[Collection(TorchCollection.Name)]
public sealed class AdamTests
{
    [Theory]
    [InlineData(0.9, 0)]
    [InlineData(0.5, 0.01)]
    public void Steps_as_PyTorch_does(double momentum, double decay) =>
        AgainstPyTorch.AssertSteps((w, rate) => optim.Adam([w], rate, momentum, weight_decay: decay), w => new Adam([new("w", w) { Decay = decay }], momentum), 1e-5);

    /// <summary>Whatever the gradient's size, the first step is the rate: m̂ = g and √v̂ = |g|.</summary>
    [Fact]
    public void The_first_step_is_the_rate_and_continues_from_a_checkpoint()
    {
        using var scope = NewDisposeScope();
        var w = tensor(new float[] { 2, -1 }, requires_grad: true);
        var slopes = tensor(new float[] { 300, -0.02f });
        using var optimizer = new Adam([new("w", w)], momentum: 0.9);
        Step(w, optimizer);
        Drawn.AssertClose([1.9, -0.9], Arrays.ToArray(w), 1e-5);

        var other = w.detach().clone().requires_grad_();
        using var resumed = new Adam([new("w", other)], momentum: 0.9);
        resumed.Restore(new Weights(optimizer.State().Select(array => new KeyValuePair<string, WeightArray>(array.Name, new([.. array.Shape], array.Read())))));
        Step(w, optimizer);
        Step(other, resumed);
        Assert.Equal(Arrays.ToArray(w), Arrays.ToArray(other));

        void Step(Tensor of, Adam by)
        {
            (of * slopes).sum().backward();
            by.Step(0.1);
        }
    }
}
