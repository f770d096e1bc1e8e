namespace Heliograph.Experiments.Recipes;

/// <summary>Pruning after the code is trained: filters of the device half are scored by their effect on the whole pair, through the channel, and the pair is trained after each removal.</summary>
public static class LatePruning
{
    /// <summary>Filters of the device half are removed, with training of the pair in between; options as those of <c>prune</c>.</summary>
    public static StepPlan PruneHalves { get; } = new("prunehalves", Artifact.Halves, Artifact.Halves, CommonSteps.Prune.Options);

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new("latePruning", CommonSteps.Pretrain, CommonSteps.Autoencoder, PruneHalves, CommonSteps.Joint);
}
