namespace Heliograph.Experiments.Recipes;

/// <summary>
/// Pruning inside joint training: the code is trained, and while both halves learn together filters of the device half leave in several removals
/// (gradual pruning: Zhu and Gupta, 2017), scored through the channel.
/// </summary>
public static class GradualPruning
{
    /// <summary>Joint training with the options of <c>joint</c>, in which filters leave as those of <c>prune</c> say.</summary>
    public static StepPlan Joint { get; } = CommonSteps.Joint with { Prunes = true };

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new("gradualPruning", CommonSteps.Pretrain, CommonSteps.Autoencoder, Joint);
}
