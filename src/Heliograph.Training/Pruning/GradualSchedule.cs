using Heliograph.Experiments.Trainings;

namespace Heliograph.Training.Pruning;

/// <summary>When filters leave in the middle of a training, and how many: the sparsity schedule of gradual pruning (Zhu and Gupta, 2017, section 3).</summary>
/// <param name="options">Removals, until when, and how much when.</param>
/// <param name="iterations">Of the whole training.</param>
public sealed class GradualSchedule(GradualOptions options, long iterations)
{
    /// <summary>Batches trained before a removal, from the first (1) to the last: equal distances, rounded.</summary>
    public long IterationOf(int removal) => (long)Math.Round(options.Until * iterations * removal / options.Removals, MidpointRounding.AwayFromZero);

    /// <summary>Share of the whole reduction, in (0, 1], that is done with a removal, from the first (1) to the last, whose share is 1.</summary>
    public double ShareOf(int removal)
    {
        double left = 1 - (double)removal / options.Removals;
        return options.Schedule == RemovalSchedule.Linear ? 1 - left : 1 - left * left * left;
    }
}
