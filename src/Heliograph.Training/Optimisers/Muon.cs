using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Recipes;
using static TorchSharp.torch;

namespace Heliograph.Training.Optimisers;

/// <summary>
/// Muon (Jordan and others, 2024) for filter banks: m ← momentum·m + g; d = g + momentum·m (Nesterov); W ← W·√filters/‖W‖;
/// W ← W − rate·orthogonalised(d), with W, m and d as matrices [filters, channels · 9]. No penalty: the scale of a bank is set at every step.
/// </summary>
public sealed class Muon : IOptimizer
{
    readonly (string Name, Tensor Value, Tensor Momentum)[] trained;
    readonly MuonOptions options;
    readonly double rateFactor;

    /// <summary>Prepares to train some filter banks.</summary>
    /// <param name="parameters">Filters [filters, channels, height, width]; the tensors stay the caller's.</param>
    /// <param name="options">Momentum and iterations.</param>
    /// <param name="rateFactor">Muon's learning rate over the step's.</param>
    public Muon(IEnumerable<Parameter> parameters, MuonOptions options, double rateFactor)
    {
        (this.options, this.rateFactor) = (options, rateFactor);
        using var noGrad = no_grad();
        trained = [.. parameters.Select(p => (p.Name, p.Value, zeros_like(p.Value).DetachFromDisposeScope()))];
    }

    /// <inheritdoc/>
    public void Step(double rate)
    {
        using var noGrad = no_grad();
        foreach (var (_, value, average) in trained)
        {
            using var scope = NewDisposeScope();
            if (value.grad is not { } gradient)
                continue;
            average.mul_(options.Momentum).add_(gradient);
            gradient.add_(average, options.Momentum);
            value.mul_(value.norm().reciprocal_().mul_(Math.Sqrt(value.shape[0])));
            value.add_(Orthogonal(gradient), -rate * rateFactor);
            value.grad = null;
        }
    }

    // Channels-last, as filters lie: the order of the columns makes no difference.
    Tensor Orthogonal(Tensor direction)
    {
        var rows = direction.permute(0, 2, 3, 1);
        var result = NewtonSchulz.Orthogonalise(rows.flatten(1), options.Iterations);
        return result.reshape(rows.shape).permute(0, 3, 1, 2);
    }

    /// <inheritdoc/>
    public IEnumerable<ArraySource> State() => trained.Select(p => OptimizerState.Source(p.Name, p.Momentum));

    /// <inheritdoc/>
    public void Restore(Weights momenta)
    {
        foreach (var (name, _, average) in trained)
            OptimizerState.Restore(momenta, name, average);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, average) in trained)
            average.Dispose();
    }
}
