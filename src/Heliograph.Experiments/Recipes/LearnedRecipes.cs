namespace Heliograph.Experiments.Recipes;

/// <summary>Published schemes that are trained on the split network (docs/schemes.md).</summary>
public static class LearnedRecipes
{
    /// <summary>The second step of <c>two-step</c>: the layer before the split point loses more filters; options as those of <c>prune</c>, the share is <c>prune.splitRatio</c>.</summary>
    public static StepPlan PruneSplit { get; } = new("prunesplit", Artifact.Backbone, Artifact.Backbone, CommonSteps.Prune.Options);

    /// <summary>2-step pruning (Shi and others, 2019; the paper's [13]): what is left of the map is quantised and losslessly coded.</summary>
    public static Recipe TwoStep { get; } = new("two-step", Sent.Features, CommonSteps.Pretrain, CommonSteps.Prune, PruneSplit);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        new("bottlenet", Sent.Tiles, CommonSteps.Pretrain, CommonSteps.Autoencoder, CommonSteps.Joint) { Code = CodeKind.BottleNet },
        new("bottlenet++", CommonSteps.Pretrain, CommonSteps.Autoencoder, CommonSteps.Joint) { Code = CodeKind.BottleNetPlus },
        TwoStep,
    ];
}
