using Heliograph.Networks;
using Heliograph.Training.Recipes;
using static TorchSharp.torch;

namespace Heliograph.Training.Optimisers;

/// <summary>A parameter that <see cref="Sgd"/> or <see cref="Adam"/> trains.</summary>
/// <param name="Name">Unique over all that is trained.</param>
/// <param name="Value">The tensor; it stays the caller's.</param>
public sealed record SgdParameter(string Name, Tensor Value)
{
    /// <summary>Its learning rate over the step's.</summary>
    public double RateFactor { get; init; } = 1;

    /// <summary>Weight of the L2 penalty, 0 or more.</summary>
    public double Decay { get; init; }
}

/// <summary>
/// Stochastic gradient descent with momentum and an L2 penalty, as PyTorch defines it: d = g + decay·w; m ← momentum·m + d;
/// w ← w − rate·(nesterov ? d + momentum·m : m). Written here, and not taken from TorchSharp, because a run that resumes bit for bit must
/// save and restore m, and because one pass over the memory does the work of five.
/// </summary>
/// <remarks>
/// GDN's parameters get no penalty (<see cref="ParameterRole.Root"/>): what is trained of them are square roots, whose L2 penalty would be an L1
/// penalty of β and γ and draws them to zero.
/// </remarks>
public sealed class Sgd : IOptimizer
{
    readonly (SgdParameter Parameter, Tensor Momentum)[] trained;
    readonly double momentum;
    readonly bool nesterov;

    /// <summary>Prepares to train some parameters.</summary>
    /// <param name="parameters">What is trained.</param>
    /// <param name="momentum">In [0, 1).</param>
    /// <param name="nesterov">Whether to look ahead.</param>
    public Sgd(IEnumerable<SgdParameter> parameters, double momentum, bool nesterov)
    {
        (this.momentum, this.nesterov) = (momentum, nesterov);
        using var noGrad = no_grad();
        trained = [.. parameters.Select(p => (p, zeros_like(p.Value).DetachFromDisposeScope()))];
    }

    /// <inheritdoc/>
    public void Step(double rate)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (parameter, average) in trained)
        {
            if (parameter.Value.grad is not { } gradient)
                continue;
            var step = new SgdStep(rate * parameter.RateFactor, momentum, parameter.Decay, nesterov);
            if (DenseFloats.Of(parameter.Value, gradient, average) is { } floats)
                step.Take(floats);
            else
                step.Take(parameter.Value, gradient, average);
            parameter.Value.grad = null;
        }
    }

    /// <inheritdoc/>
    public IEnumerable<ArraySource> State() => trained.Select(p => OptimizerState.Source(p.Parameter.Name, p.Momentum));

    /// <inheritdoc/>
    public void Restore(Weights momenta)
    {
        foreach (var (parameter, average) in trained)
            OptimizerState.Restore(momenta, parameter.Name, average);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, average) in trained)
            average.Dispose();
    }
}
