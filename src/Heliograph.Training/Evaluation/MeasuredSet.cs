using Heliograph.Training.Data;

namespace Heliograph.Training.Evaluation;

/// <summary>On which images the final evaluation measures.</summary>
public enum EvaluationSet
{
    /// <summary>The test set.</summary>
    Test,

    /// <summary>The training images that were held out (<c>data.validation</c>), for runs that only serve a choice.</summary>
    Validation,
}

/// <summary>The images that something is measured on.</summary>
/// <param name="Name"><see cref="Test"/> or <see cref="Validation"/>: what every record of the measurement says.</param>
/// <param name="Images">The images.</param>
public sealed record MeasuredSet(string Name, ImageSet Images)
{
    /// <summary>The names of the two sets.</summary>
    public const string Test = "test", Validation = "validation";

    /// <summary>The set for every number that a choice could look at: the held-out images, or the test set where none are held out.</summary>
    public static MeasuredSet ForChoices(DataSet data) => data.Validation is { } held ? new(Validation, held) : new(Test, data.Test);

    /// <summary>The set of the final evaluation.</summary>
    /// <exception cref="UsageException">Held-out images are asked for, and none are held out.</exception>
    public static MeasuredSet ForEvaluation(DataSet data, EvaluationSet wanted) => wanted == EvaluationSet.Test ? new(Test, data.Test)
        : new(Validation, data.Validation ?? throw NothingHeldOut());

    internal static UsageException NothingHeldOut() =>
        new("evaluation.set: there are no validation images; hold some out with data.validation=N, or measure on test");

    /// <summary>The images' <see cref="ImageSet.Fingerprint"/>.</summary>
    public string Fingerprint() => Images.Fingerprint();
}
