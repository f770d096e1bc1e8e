namespace Heliograph.Experiments.Recipes;

/// <summary>
/// Retrieval over the air (Jankowski, Gündüz and Mikolajczyk, 2020, the paper's reference [11]): features of the last layers through a dense code; the edge compares what it makes of them with
/// a gallery of images, and answers with the nearest.
/// </summary>
public static class Retrieval
{
    /// <summary>Both halves learn together, through the channel, that images of one class are near each other.</summary>
    public static StepPlan Embed { get; } = new("retrieval", Artifact.Halves, Artifact.Halves);

    /// <summary>The recipe.</summary>
    public static Recipe Recipe { get; } = new("retrieval", CommonSteps.Pretrain, CommonSteps.Autoencoder, Embed) { Code = CodeKind.Dense };

    /// <summary>True where a recipe's pair retrieves and does not classify.</summary>
    public static bool IsTaskOf(Recipe recipe) => recipe.Steps[^1] == Embed;
}
