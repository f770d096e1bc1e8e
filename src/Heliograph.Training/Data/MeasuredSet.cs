using Heliograph.Experiments;
using Heliograph.Experiments.Records;

namespace Heliograph.Training.Data;

/// <summary>The images that something is measured on.</summary>
/// <param name="Name"><see cref="SetNames.Test"/> or <see cref="SetNames.Validation"/>: recorded with every measurement.</param>
/// <param name="Images">The images.</param>
public sealed record MeasuredSet(string Name, ImageSet Images)
{
    /// <summary>The set for every number that a choice could look at: the held-out images, or the test set if none are held out.</summary>
    public static MeasuredSet ForChoices(DataSet data) => data.Validation is { } held ? new(SetNames.Validation, held) : new(SetNames.Test, data.Test);

    /// <summary>The set of the final evaluation.</summary>
    /// <exception cref="UsageException">Held-out images are requested, but none are held out.</exception>
    public static MeasuredSet ForEvaluation(DataSet data, EvaluationSet wanted) => wanted == EvaluationSet.Test ? new(SetNames.Test, data.Test)
        : new(SetNames.Validation, data.Validation ?? throw EvaluationOptions.NothingHeldOut());

    /// <summary>The hits of some measurements on it.</summary>
    public Hits Hits(ulong seed, params IEnumerable<HitsAt> points) => new(Name, Fingerprint(), seed, [.. points]);

    /// <summary>The images' <see cref="ImageSet.Fingerprint"/>.</summary>
    public string Fingerprint() => Images.Fingerprint();
}
