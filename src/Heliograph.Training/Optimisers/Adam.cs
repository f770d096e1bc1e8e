using Heliograph.Networks;
using static TorchSharp.torch;

namespace Heliograph.Training.Optimisers;

/// <summary>
/// Adam (Kingma and Ba, 2015) with an L2 penalty, as PyTorch defines it: d = g + decay·w; m ← β₁·m + (1 − β₁)·d; v ← β₂·v + (1 − β₂)·d²;
/// w ← w − rate·(m / (1 − β₁ᵗ)) / (√(v / (1 − β₂ᵗ)) + ε) in step t. Written here, and not taken from TorchSharp, because a run that resumes bit for bit must save and restore m, v and t.
/// </summary>
public sealed class Adam : IOptimizer
{
    const double SquareDecay = 0.999, Epsilon = 1e-8;

    // Of the arrays in a checkpoint: names of parameters are LAYER.KIND.
    const string StepsName = "adam.steps";

    /// <summary>In a checkpoint, what stands behind the name of a parameter for its mean square.</summary>
    internal const string SquareSuffix = ".square";

    readonly (SgdParameter Parameter, Tensor Mean, Tensor Square)[] trained;
    readonly Tensor steps;
    readonly double momentum;

    /// <summary>Prepares to train some parameters.</summary>
    /// <param name="parameters">What is trained, each with its rate and penalty.</param>
    /// <param name="momentum">β₁, in [0, 1).</param>
    public Adam(IEnumerable<SgdParameter> parameters, double momentum)
    {
        this.momentum = momentum;
        using var noGrad = no_grad();
        trained = [.. parameters.Select(p => (p, zeros_like(p.Value).DetachFromDisposeScope(), zeros_like(p.Value).DetachFromDisposeScope()))];
        // Exact up to 2²⁴ steps.
        steps = zeros(1).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Step(double rate)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        steps.add_(1);
        double t = steps.item<float>(), first = 1 - Math.Pow(momentum, t), second = 1 - Math.Pow(SquareDecay, t);
        foreach (var (parameter, mean, square) in trained)
        {
            if (parameter.Value.grad is not { } gradient)
                continue;
            if (parameter.Decay != 0)
                gradient.add_(parameter.Value, parameter.Decay);
            mean.mul_(momentum).add_(gradient, 1 - momentum);
            square.mul_(SquareDecay).addcmul_(gradient, gradient, 1 - SquareDecay);
            parameter.Value.addcdiv_(mean, square.div(second).sqrt_().add_(Epsilon), -rate * parameter.RateFactor / first);
            parameter.Value.grad = null;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<ArraySource> State() => trained.SelectMany(p => (ArraySource[])
        [OptimizerState.Source(p.Parameter.Name, p.Mean), OptimizerState.Source(p.Parameter.Name + SquareSuffix, p.Square)]).Append(OptimizerState.Source(StepsName, steps));

    /// <inheritdoc/>
    public void Restore(Weights momenta)
    {
        foreach (var (parameter, mean, square) in trained)
        {
            OptimizerState.Restore(momenta, parameter.Name, mean);
            OptimizerState.Restore(momenta, parameter.Name + SquareSuffix, square);
        }
        OptimizerState.Restore(momenta, StepsName, steps);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, mean, square) in trained)
        {
            mean.Dispose();
            square.Dispose();
        }
        steps.Dispose();
    }
}
