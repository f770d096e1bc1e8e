using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Optimisers;

/// <summary>An average of all tensors of some modules over a training, running statistics of batch norms included.</summary>
public sealed class WeightAverage : IDisposable
{
    readonly (string Name, Tensor Value, Tensor Average)[] averaged;
    readonly AverageName kind;
    readonly int every;
    readonly double decay;

    /// <summary>Begins an average with the values as they are.</summary>
    /// <param name="modules">What is trained.</param>
    /// <param name="kind">Not <see cref="AverageName.None"/>.</param>
    /// <param name="decay">Share of the average that stays after a step, in [0, 1); null for 0.999 (ema) or 0.95 (lookahead).</param>
    /// <param name="every">Steps between two updates, at least 1.</param>
    public WeightAverage(IReadOnlyList<NetworkModule> modules, AverageName kind, double? decay, int every)
    {
        (this.kind, this.every) = (kind, every);
        this.decay = Math.Pow(decay ?? (kind == AverageName.Ema ? 0.999 : 0.95), every);
        using var noGrad = no_grad();
        averaged = [.. modules.SelectMany((module, i) => module.Tensors.Select(t => ($"{i}.{t.Name}", t.Tensor, t.Tensor.detach().clone().DetachFromDisposeScope())))];
    }

    /// <summary>Takes note of the values after a step; every so many steps they enter the average.</summary>
    /// <param name="done">Steps done, from 1 on.</param>
    /// <param name="all">Steps of the whole training.</param>
    public void Update(long done, long all)
    {
        if (done % every != 0)
            return;
        bool lookahead = kind == AverageName.Lookahead;
        double keep = lookahead ? decay * Math.Pow((double)done / all, 3) : Math.Min(decay, FirstDecay(done / every));
        using var noGrad = no_grad();
        foreach (var (_, value, average) in averaged)
        {
            average.lerp_(value, 1 - keep);
            if (lookahead)
                value.copy_(average);
        }
    }

    // The first values are forgotten soon: over n updates the average begins as that of the last n/10 or so.
    static double FirstDecay(long updates) => (1.0 + updates) / (10 + updates);

    /// <summary>Puts the average in the place of the values until disposal.</summary>
    public IDisposable Use()
    {
        Exchange();
        return new Return(this);
    }

    /// <summary>Puts the average in the place of the values for good.</summary>
    public void Finish()
    {
        using var noGrad = no_grad();
        foreach (var (_, value, average) in averaged)
            value.copy_(average);
    }

    /// <summary>The averages by module number and name, made one by one when they are written.</summary>
    public IEnumerable<ArraySource> State() => averaged.Select(t => OptimizerState.Source(t.Name, t.Average));

    /// <summary>Takes back what <see cref="State"/> gave.</summary>
    /// <exception cref="InvalidDataException">An array is missing or of another size.</exception>
    public void Restore(Weights state)
    {
        foreach (var (name, _, average) in averaged)
            OptimizerState.Restore(state, name, average);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, average) in averaged)
            average.Dispose();
    }

    void Exchange()
    {
        using var noGrad = no_grad();
        foreach (var (_, value, average) in averaged)
        {
            using var kept = value.detach().clone();
            value.copy_(average);
            average.copy_(kept);
        }
    }

    sealed class Return(WeightAverage average) : IDisposable
    {
        public void Dispose() => average.Exchange();
    }
}
