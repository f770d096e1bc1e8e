namespace Heliograph.Experiments.Recipes;

/// <summary>Schemes that send bits and need nothing but a backbone.</summary>
public static class DigitalRecipes
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Recipe> All { get; } =
    [
        new("png", Sent.Png, CommonSteps.Pretrain),
        new("jpeg", Sent.Jpeg, CommonSteps.Pretrain),
        new("webp", Sent.Webp, CommonSteps.Pretrain),
        new("quantised", Sent.Features, CommonSteps.Pretrain),
        new("local", Sent.Label, CommonSteps.Pretrain),
    ];
}
