namespace Heliograph.Experiments.Records;

/// <summary>The images that something is measured on, as records name them.</summary>
public static class SetNames
{
    /// <summary>The test set, and the training images that are held out.</summary>
    public const string Test = "test", Validation = "validation";
}
