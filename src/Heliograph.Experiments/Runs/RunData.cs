using System.Text.Json.Serialization;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;
using Heliograph.Images;

namespace Heliograph.Experiments.Runs;

/// <summary>
/// What a run was started with, kept in <c>data.json</c>: the networks know classes by their order, and images by their normalisation, whatever becomes
/// of the data later. Runs of earlier versions have no such file and take the data as they are.
/// </summary>
/// <param name="Name">Of the data set.</param>
/// <param name="Classes">Names of the classes, in the order of the logits.</param>
/// <param name="Mean">Of each channel, on the scale 0 to 1.</param>
/// <param name="Std">Standard deviation of each channel, on the scale 0 to 1.</param>
/// <param name="Train">The training images.</param>
/// <param name="Validation">Those that were held out; null if none were.</param>
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
    public void Keep(RunFolder run)
    {
        if (!File.Exists(run.In(FileName)))
            Json.WriteSealed(run.In(FileName), this);
    }

    /// <summary>Refuses classes other than those that the run started with.</summary>
    /// <param name="run">The run, for the message.</param>
    /// <param name="data">Name of the data set now.</param>
    /// <param name="classes">Its classes now.</param>
    /// <exception cref="UsageException">They are others.</exception>
    public void Check(RunFolder run, string data, IReadOnlyList<string> classes)
    {
        if (Classes.SequenceEqual(classes, StringComparer.Ordinal))
            return;
        string[] gone = [.. Classes.Except(classes)], added = [.. classes.Except(Classes)];
        throw new UsageException((gone, added) switch
        {
            ([], []) => $"the run {run.Path} was trained with the classes in a different order than {data} has now",
            ([], _) => $"the run {run.Path} was trained without {Named(added)}, which {data} has now",
            (_, []) => $"the run {run.Path} was trained with {Named(gone)}, which {data} no longer has",
            _ => $"the run {run.Path} was trained with {Named(gone)}; {data} has {Named(added)} instead",
        } + "; restore the classes that it was trained with, or train a new run");
    }

    /// <summary>What has changed of the images, in some words for each set.</summary>
    public IEnumerable<string> Changes(RunImages train, RunImages? validation, RunImages test) => new[]
    {
        RunImages.Change("training", Train, train), RunImages.Change("validation", Validation, validation), RunImages.Change("test", Test, test),
    }.OfType<string>();

    static string Named(string[] classes) => $"the {(classes.Length == 1 ? "class" : "classes")} {string.Join(", ", classes.Take(NamesShown).Select(name => $"'{OneLine.Of(name)}'"))}"
        + (classes.Length > NamesShown ? $" and {classes.Length - NamesShown} more" : "");
}

/// <summary>Images that a run was started with.</summary>
/// <param name="Images">How many.</param>
/// <param name="Fingerprint">Of pixels and labels.</param>
public sealed record RunImages(int Images, string Fingerprint)
{
    /// <summary>What has changed in a set, in words; null if it is the same.</summary>
    internal static string? Change(string set, RunImages? before, RunImages? now) =>
        before is null || now is null ? null
        : before.Images != now.Images ? FormattableString.Invariant($"{before.Images:N0} {set} images then, {now.Images:N0} now")
        : before.Fingerprint != now.Fingerprint ? FormattableString.Invariant($"{now.Images:N0} {set} images then and now, but not the same")
        : null;
}
