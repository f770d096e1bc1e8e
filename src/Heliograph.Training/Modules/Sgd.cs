using Heliograph.Networks;
using static TorchSharp.torch;

namespace Heliograph.Training.Modules;

/// <summary>
/// Stochastic gradient descent with momentum and an L2 penalty, as PyTorch defines it: d = g + decay·w; m ← momentum·m + d;
/// w ← w − rate·(nesterov ? d + momentum·m : m). Written here, and not taken from TorchSharp, because a run that resumes bit for bit must
/// save and restore m. GDN's parameters have no penalty: what is trained of them are square roots, whose L2 penalty would be an L1 penalty of β
/// and γ and draws them to zero.
/// </summary>
public sealed class Sgd : IDisposable
{
    readonly (string Name, Tensor Value, Tensor Momentum, double Decay)[] trained;
    readonly double momentum;
    readonly bool nesterov;

    /// <summary>Prepares to train some parameters; names must be unique.</summary>
    /// <param name="parameters">What is trained; the tensors stay the caller's.</param>
    /// <param name="momentum">In [0, 1).</param>
    /// <param name="decay">Weight of the L2 penalty, 0 or more.</param>
    /// <param name="nesterov">Whether to look ahead.</param>
    public Sgd(IEnumerable<(string Name, Tensor Value)> parameters, double momentum, double decay, bool nesterov)
    {
        (this.momentum, this.nesterov) = (momentum, nesterov);
        using var noGrad = no_grad();
        trained = [.. parameters.Select(p => (p.Name, p.Value, zeros_like(p.Value).DetachFromDisposeScope(), GdnParameters.MinimumOf(p.Name) is null ? decay : 0))];
    }

    /// <summary>Takes one step with the gradients gathered since the last, and clears them.</summary>
    /// <param name="rate">The learning rate of this step.</param>
    public void Step(double rate)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (_, value, average, decay) in trained)
        {
            if (value.grad is not { } gradient)
                continue;
            if (decay != 0)
                gradient.add_(value, decay);
            average.mul_(momentum).add_(gradient);
            if (nesterov)
                gradient.add_(average, momentum);
            value.add_(nesterov ? gradient : average, -rate);
            value.grad = null;
        }
    }

    /// <summary>The momenta, named as the parameters are, made one by one when they are written.</summary>
    public IEnumerable<ArraySource> State() =>
        trained.Select(p => new ArraySource(p.Name, [.. p.Momentum.shape.Select(n => (int)n)], () => Tensors.ToArray(p.Momentum)));

    /// <summary>Takes back what <see cref="State"/> gave.</summary>
    /// <exception cref="KeyNotFoundException">A parameter's momentum is missing.</exception>
    public void Restore(Weights momenta)
    {
        using var noGrad = no_grad();
        foreach (var (name, value, average, _) in trained)
        {
            using var scope = NewDisposeScope();
            average.copy_(tensor(momenta[name].Values, value.shape));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, average, _) in trained)
            average.Dispose();
    }
}
