using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Loop;
using Heliograph.Training.Pruning;

namespace Heliograph.Training.Recipes;

/// <summary>The second of 2-step pruning's steps: of the layer before the split point, whose map is sent, more filters go than of the others.</summary>
public sealed class PruneSplitStep : PruneStep
{
    /// <inheritdoc/>
    public override StepPlan Plan => LearnedRecipes.PruneSplit;

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume) =>
        base.Run(session with { Experiment = OfTheSplit(session.Experiment) }, resume);

    /// <inheritdoc/>
    protected override PruningPlan PlanOf(Experiment experiment, Network network) => PruningPlan.OfSplit(experiment, network);

    /// <summary>Refuses a split point that the step does not suit.</summary>
    /// <exception cref="OptionException">The filters before it are tied to others that stay.</exception>
    internal static void Check(Experiment experiment, Network backbone) => _ = PruningPlan.OfSplit(OfTheSplit(experiment), backbone);

    // One layer alone: its filters need no common scale with those of others, and no budget.
    static Experiment OfTheSplit(Experiment experiment) => experiment with
    {
        Prune = experiment.Prune with { Ratio = experiment.Prune.SplitRatio, Macs = null, By = PruneBy.Score, Penalty = 0, Uniform = true },
    };
}
