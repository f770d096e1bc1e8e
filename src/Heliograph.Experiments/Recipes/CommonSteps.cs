namespace Heliograph.Experiments.Recipes;

/// <summary>The paper's four steps (section 2.4), of which recipes are made.</summary>
public static class CommonSteps
{
    /// <summary>The backbone learns to classify, or is taken from elsewhere.</summary>
    public static StepPlan Pretrain { get; } = new("pretrain", null, Artifact.Backbone);

    /// <summary>Filters up to the split point are removed, with training in between.</summary>
    public static StepPlan Prune { get; } = new("prune", Artifact.Backbone, Artifact.Backbone);

    /// <summary>Encoder and decoder learn to carry the map at the split point through the channel; the rest stays.</summary>
    public static StepPlan Autoencoder { get; } = new("autoencoder", Artifact.Backbone, Artifact.Halves);

    /// <summary>Both halves learn together, through the channel.</summary>
    public static StepPlan Joint { get; } = new("joint", Artifact.Halves, Artifact.Halves);
}
