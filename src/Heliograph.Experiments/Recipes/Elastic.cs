namespace Heliograph.Experiments.Recipes;

/// <summary>One training for every SNR, every number of symbols and every width of the device half: an elastic pair.</summary>
public static class Elastic
{
    // Key of the modes' group of options.
    const string Options = "elastic";

    /// <summary>The filters of the backbone up to the split point are scored and sorted, so that the narrower networks are the beginnings of the wider ones. Scored as <c>prune</c> says.</summary>
    public static StepPlan Order { get; } = new("order", Artifact.Backbone, Artifact.Backbone, CommonSteps.Prune.Options) { Prunes = false };

    /// <summary>As <c>autoencoder</c>, for a code of which any of the numbers of symbols is sent, at any SNR; for the widest device half.</summary>
    public static StepPlan Code { get; } = new("code", Artifact.Backbone, Artifact.Halves, CommonSteps.Autoencoder.Options) { AlsoReads = Options };

    /// <summary>As <c>joint</c>, for all modes together.</summary>
    public static StepPlan Modes { get; } = new("modes", Artifact.Halves, Artifact.Halves, CommonSteps.Joint.Options) { AlsoReads = Options };

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new("elastic", CommonSteps.Pretrain, Order, Code, Modes);
}
