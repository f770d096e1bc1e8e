using System.Text.Json.Serialization;
using Heliograph.Images;
using Heliograph.Training.Data;

namespace Heliograph.Training.Runs;

/// <summary>
/// What a run was begun on, kept in <c>data.json</c>: the networks know classes by their order, and images by how they were normalised, whatever becomes
/// of the data later. Runs of earlier versions have no such file and take the data as they are.
/// </summary>
/// <param name="Name">Of the data set.</param>
/// <param name="Classes">Names of the classes, in the order of the logits.</param>
/// <param name="Mean">Of each channel, on the scale 0 to 1.</param>
/// <param name="Std">Standard deviation of each channel, on the scale 0 to 1.</param>
/// <param name="Train">The training images.</param>
/// <param name="Validation">Those that were held out; null where none were.</param>
/// <param name="Test">The test images.</param>
public sealed record RunData(
    string Name, ValueList<string> Classes, ValueList<float> Mean, ValueList<float> Std, RunImages Train, RunImages? Validation, RunImages Test)
{
    const string FileName = "data.json";
    const int NamesShown = 3;

    /// <summary>How images become the networks' input.</summary>
    [JsonIgnore]
    public Normalisation Normalisation => new(Mean, Std);

    /// <summary>What a run keeps; null for one of an earlier version.</summary>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static RunData? Of(RunFolder run) => File.Exists(run.In(FileName)) ? Json.ReadFile<RunData>(run.In(FileName)) : null;

    /// <summary>Keeps what a run begins on; what it keeps already stays.</summary>
    public static void Keep(RunFolder run, DataSet data)
    {
        if (!File.Exists(run.In(FileName)))
            Json.WriteSealed(run.In(FileName), new RunData(data.Name, data.Classes, data.Mean, data.Std, RunImages.Of(data.Train), data.Validation is { } held ? RunImages.Of(held) : null, RunImages.Of(data.Test)));
    }

    /// <summary>Loads the data of a run's experiment, with the normalisation that the run keeps.</summary>
    /// <param name="run">The run; may not have begun.</param>
    /// <param name="experiment">The run's, or with the caller's overrides.</param>
    /// <param name="dataFolder">Where to look for data first; null for the usual places.</param>
    /// <param name="warning">Hears, a line each, what was left out of the images, and what has changed of them since the run began.</param>
    /// <exception cref="UsageException">The data have other classes than the run was begun with.</exception>
    /// <exception cref="InvalidDataException">The data, or what the run keeps of them, are damaged.</exception>
    /// <exception cref="IOException">The data cannot be found or read.</exception>
    public static DataSet Load(RunFolder run, Experiment experiment, string? dataFolder, Action<string> warning)
    {
        var data = DataSets.Load(experiment.Data, dataFolder, experiment.Seed, warning);
        if (Of(run) is not { } kept)
            return data;
        kept.Check(run, data);
        // Whoever asks for other images knows that they are others.
        if (run.ReadExperiment().Data is var own && OptionsBinder.Flatten(own with { Path = null }).SequenceEqual(OptionsBinder.Flatten(experiment.Data with { Path = null })))
        {
            foreach (string change in kept.Changes(data))
                warning($"the run {run.Path} was begun on other images of {data.Name}: {change}; mean and deviation stay those that it began with");
        }
        return data with { Mean = kept.Mean, Std = kept.Std };
    }

    void Check(RunFolder run, DataSet data)
    {
        if (Classes.SequenceEqual(data.Classes, StringComparer.Ordinal))
            return;
        string[] gone = [.. Classes.Except(data.Classes)], added = [.. data.Classes.Except(Classes)];
        throw new UsageException((gone, added) switch
        {
            ([], []) => $"the run {run.Path} was trained with the classes in another order than {data.Name} has them now",
            ([], _) => $"the run {run.Path} was trained without {Named(added)}, which {data.Name} has now",
            (_, []) => $"the run {run.Path} was trained with {Named(gone)}, which {data.Name} does not have any more",
            _ => $"the run {run.Path} was trained with {Named(gone)}; {data.Name} has {Named(added)} instead",
        } + "; give it the classes that it was trained with, or train a new run");
    }

    IEnumerable<string> Changes(DataSet data) => new[]
    {
        RunImages.Change("training", Train, data.Train), RunImages.Change("validation", Validation, data.Validation), RunImages.Change("test", Test, data.Test),
    }.OfType<string>();

    static string Named(string[] classes) => $"the {(classes.Length == 1 ? "class" : "classes")} {string.Join(", ", classes.Take(NamesShown).Select(name => $"'{OneLine.Of(name)}'"))}"
        + (classes.Length > NamesShown ? $" and {classes.Length - NamesShown} more" : "");
}

/// <summary>Images that a run was begun on.</summary>
/// <param name="Images">How many.</param>
/// <param name="Fingerprint">Of pixels and labels (<see cref="ImageSet.Fingerprint"/>).</param>
public sealed record RunImages(int Images, string Fingerprint)
{
    /// <summary>Of a set.</summary>
    public static RunImages Of(ImageSet set) => new(set.Count, set.Fingerprint());

    /// <summary>What has changed of a set, in some words; null where it is the same.</summary>
    internal static string? Change(string set, RunImages? before, ImageSet? now) =>
        before is null || now is null ? null
        : before.Images != now.Count ? FormattableString.Invariant($"{before.Images:N0} {set} images then, {now.Count:N0} now")
        : before.Fingerprint != now.Fingerprint() ? FormattableString.Invariant($"{now.Count:N0} {set} images then and now, but not the same")
        : null;
}
