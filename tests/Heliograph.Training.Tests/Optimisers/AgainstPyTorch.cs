using Heliograph.Training.Optimisers;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Optimisers;

/// <summary>An optimiser beside PyTorch's own, with a rate that falls.</summary>
static class AgainstPyTorch
{
    /// <summary>A loss whose gradient differs from step to step.</summary>
    public static Tensor Loss(Tensor w, int step) => (w.square() * (1 + step % 3) + w.sin()).sum();

    /// <summary>Twenty steps of both from the same values.</summary>
    /// <param name="reference">Makes PyTorch's for a parameter, at a rate.</param>
    /// <param name="optimizer">Makes ours for a tensor.</param>
    /// <param name="tolerance">Relative to the largest value.</param>
    public static void AssertSteps(Func<TorchSharp.Modules.Parameter, double, optim.Optimizer> reference, Func<Tensor, IOptimizer> optimizer, double tolerance)
    {
        using var scope = NewDisposeScope();
        float[] start = Drawn.Normal(12, 1);
        using var theirs = new TorchSharp.Modules.Parameter(tensor(start, [3, 4]));
        var ours = tensor(start, [3, 4], requires_grad: true);
        using var expected = reference(theirs, 0.05);
        using var actual = optimizer(ours);
        for (int step = 0; step < 20; step++)
        {
            double rate = step < 10 ? 0.05 : 0.01;
            expected.ParamGroups.First().LearningRate = rate;
            expected.zero_grad();
            Loss(theirs, step).backward();
            expected.step();
            Loss(ours, step).backward();
            actual.Step(rate);
            Assert.Null(ours.grad);
            Drawn.AssertClose(Arrays.ToArray(theirs), Arrays.ToArray(ours), tolerance);
        }
        Assert.NotEqual(start, Arrays.ToArray(ours));
    }
}
