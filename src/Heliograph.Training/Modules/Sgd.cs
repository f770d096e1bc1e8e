using Heliograph.Networks;
using static TorchSharp.torch;

namespace Heliograph.Training.Modules;

/// <summary>
/// Stochastic gradient descent with momentum and an L2 penalty, as PyTorch defines it: d = g + decay·w; m ← momentum·m + d;
/// w ← w − rate·(nesterov ? d + momentum·m : m). Written here, and not taken from TorchSharp, because a run that resumes bit for bit must
/// save and restore m.
/// </summary>
public sealed class Sgd : IDisposable
{
    readonly List<(string Name, Tensor Value)> _parameters;
    readonly Dictionary<string, Tensor> _momenta = new(StringComparer.Ordinal);
    readonly double _momentum, _decay;
    readonly bool _nesterov;

    /// <summary>Prepares to train some parameters; names must be unique.</summary>
    /// <param name="parameters">What is trained; the tensors stay the caller's.</param>
    /// <param name="momentum">In [0, 1).</param>
    /// <param name="decay">Weight of the L2 penalty, 0 or more.</param>
    /// <param name="nesterov">Whether to look ahead.</param>
    public Sgd(IEnumerable<(string Name, Tensor Value)> parameters, double momentum, double decay, bool nesterov)
    {
        _parameters = [.. parameters];
        (_momentum, _decay, _nesterov) = (momentum, decay, nesterov);
        foreach (var (name, value) in _parameters)
        {
            using var grad = no_grad();
            _momenta.Add(name, zeros_like(value).DetachFromDisposeScope());
        }
    }

    /// <summary>Takes one step with the gradients gathered since the last, and clears them.</summary>
    /// <param name="rate">The learning rate of this step.</param>
    public void Step(double rate)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (name, value) in _parameters)
        {
            var gradient = value.grad;
            if (gradient is null)
                continue;
            var momentum = _momenta[name];
            if (_decay != 0)
                gradient.add_(value, _decay);
            momentum.mul_(_momentum).add_(gradient);
            if (_nesterov)
                gradient.add_(momentum, _momentum);
            value.add_(_nesterov ? gradient : momentum, -rate);
            value.grad = null;
        }
    }

    /// <summary>The momenta, named as the parameters are.</summary>
    public IEnumerable<KeyValuePair<string, WeightArray>> State()
    {
        foreach (var (name, _) in _parameters)
        {
            using var scope = NewDisposeScope();
            var momentum = _momenta[name];
            yield return new(name, new([.. momentum.shape.Select(n => (int)n)], momentum.cpu().contiguous().data<float>().ToArray()));
        }
    }

    /// <summary>Takes back what <see cref="State"/> gave.</summary>
    public void Restore(Func<string, WeightArray> momenta)
    {
        using var noGrad = no_grad();
        foreach (var (name, value) in _parameters)
        {
            using var scope = NewDisposeScope();
            _momenta[name].copy_(tensor(momenta(name).Values, value.shape));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var momentum in _momenta.Values)
            momentum.Dispose();
        _momenta.Clear();
    }
}
