namespace Heliograph.Experiments;

/// <summary>On which images the final evaluation measures.</summary>
public enum EvaluationSet
{
    /// <summary>The test set.</summary>
    Test,

    /// <summary>The training images that were held out (<c>data.validation</c>), for runs that only serve a choice.</summary>
    Validation,
}
