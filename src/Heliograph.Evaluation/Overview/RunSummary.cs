using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;

namespace Heliograph.Evaluation.Overview;

/// <summary>How far a run has come, and what it has to show for it, in a line.</summary>
/// <param name="Run">The folder, as the caller names it.</param>
/// <param name="Step">The last finished step, and whether the next has begun.</param>
/// <param name="Split">The split point; null while there is only a backbone.</param>
/// <param name="DeviceMacs">Of the device half with the encoder; null while there is only a backbone, and in records that tell it nowhere.</param>
/// <param name="Symbols">B; null likewise.</param>
/// <param name="Snr">SNR in training, in dB: a number or a range (docs/snr.md); null before there is a pair.</param>
/// <param name="Top1">Accuracy after the last finished step, in percent; of a pair through the channel, at the middle of the SNRs in training.</param>
/// <param name="MeasuredOn">On which images, <see cref="SetNames.Test"/> or <see cref="SetNames.Validation"/>.</param>
/// <param name="Changed">When something was last written in the folder, in UTC.</param>
public sealed partial record RunSummary(
    string Run, string Step, string? Split, long? DeviceMacs, int? Symbols, string? Snr, double? Top1, string? MeasuredOn, DateTime Changed)
{
    /// <summary>Share of the filters up to the split point that was removed, in [0, 1); null while there is only a backbone, and where the records do not tell.</summary>
    public double? Ratio { get; init; }

    /// <summary>Name of the channel; null before there is a pair.</summary>
    public string? Channel { get; init; }

    /// <summary>Name of the recipe; null where the run cannot be read, as all that follows.</summary>
    public string? Scheme { get; init; }

    /// <summary>Of every random draw.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Accuracy over SNR, or null where it is not measured yet.</summary>
    [JsonIgnore]
    public EvaluationResult? Evaluation { get; init; }

    /// <summary>The resolved experiment.</summary>
    [JsonIgnore]
    public Experiment? Experiment { get; init; }

    /// <summary>Why the run cannot be read; null where it can.</summary>
    [JsonIgnore]
    public string? Fault { get; init; }

    /// <summary>True where this is one of the modes of an elastic pair, with others beside it.</summary>
    [JsonIgnore]
    public bool IsMode { get; init; }

    /// <summary>The run as figures and choices see it: one that trained an elastic pair as if there were a pair for each of its modes, any other as it is.</summary>
    public IEnumerable<RunSummary> InModes() => Evaluation?.Modes is not { } modes ? [this] : modes.Select(mode => this with
    {
        IsMode = true,
        Ratio = mode.Ratio,
        Symbols = mode.Symbols,
        DeviceMacs = mode.DeviceMacs,
        Evaluation = Evaluation with { Symbols = mode.Symbols, DeviceMacs = mode.DeviceMacs, NoiselessTop1 = mode.NoiselessTop1, Points = mode.Points, Modes = null },
    });

    /// <summary>Name of the folder, without those above it.</summary>
    [JsonIgnore]
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Run)));

    /// <summary>Reads a run; of networks only the description. A run that cannot be read is a line too: it says why (<see cref="Fault"/>).</summary>
    /// <param name="folder">The folder of a run, or of its records.</param>
    /// <exception cref="UsageException">There is no run.</exception>
    public static RunSummary Of(string folder)
    {
        using var run = RunFolder.OpenForReading(folder);
        try
        {
            return Of(run);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new(folder, e is InvalidDataException ? "damaged" : "cannot be read", null, null, null, null, null, null, LastChange(run)) { Fault = e.Message };
        }
    }

    static RunSummary Of(RunFolder run)
    {
        var experiment = run.ReadExperiment();
        StepResult[] results = [.. experiment.Steps().StepNames.Select(run.ResultOf).OfType<StepResult>()];
        var plan = experiment.Steps().Steps.LastOrDefault(step => results.Any(result => result.Name == step.Name));
        var last = results.LastOrDefault();
        string step = (last?.Name, run.HasCheckpoint) switch
        {
            (null, true) => $"{experiment.Steps().StepNames[0]}, in the middle",
            (null, false) => "nothing done",
            (var name, true) => $"{name}, in the middle of the next",
            var (name, _) => name,
        };
        var summary = new RunSummary(run.Path, step, null, null, null, null, last?.Top1, last?.MeasuredOn, LastChange(run))
        {
            Scheme = experiment.Recipe,
            Seed = experiment.Seed,
            Experiment = experiment,
        };
        var recipe = experiment.Steps();
        var evaluation = plan is null ? null : EvaluationFiles.Read(run);
        if (recipe.Sends != Sent.Symbols)
            return evaluation is null ? summary : summary with { Split = evaluation.Split, DeviceMacs = evaluation.DeviceMacs, Symbols = evaluation.Symbols, Snr = experiment.Channel.Snr.ToString(), Channel = experiment.Channel.Name, Evaluation = evaluation };
        if (plan is null or { Leaves: Artifact.Backbone, Prunes: false })
            return summary;
        var (macs, symbols) = evaluation is null ? DeviceHalf(run, plan, experiment) : (evaluation.DeviceMacs, evaluation.Symbols);
        bool isPair = plan.Leaves == Artifact.Halves;
        return summary with
        {
            Split = experiment.Split,
            DeviceMacs = macs,
            Symbols = symbols,
            Snr = isPair ? experiment.Channel.Snr.ToString() : null,
            Channel = isPair ? experiment.Channel.Name : null,
            Ratio = Removed(experiment, results),
            Evaluation = evaluation,
        };
    }

    /// <summary>Accuracy in percent at an SNR in dB, and half the width of its 95 % interval over draws; null where it was not measured there.</summary>
    public (double Top1, double? Ci95)? At(double snrDb) => Evaluation?.Points.FirstOrDefault(point => point.SnrDb == snrDb) is { } point ? (point.Top1, point.Ci95) : null;

    /// <summary>Mean real symbols an image at an SNR in dB; null where that is not known.</summary>
    public double? SymbolsAt(double snrDb) => Evaluation?.SymbolsAt is not { } all ? Symbols
        : Evaluation.Points.Zip(all).FirstOrDefault(point => point.First.SnrDb == snrDb) is ({ }, var symbols) ? symbols : null;

    /// <summary>The middle of the SNRs in training, in dB; null before there is a pair.</summary>
    [JsonIgnore]
    public double? TrainingSnr => Snr is null || Experiment is null ? null : (Experiment.Channel.Snr.Low + Experiment.Channel.Snr.High) / 2;

    static (long?, int?) DeviceHalf(RunFolder run, StepPlan step, Experiment experiment)
    {
        string path = run.StepPath(step.Name, step.Leaves == Artifact.Backbone ? StepFiles.Backbone : StepFiles.Device);
        // Records have no networks.
        if (!File.Exists(path) || Model.DescriptionOf(path) is not { } network)
            return (null, null);
        if (step.Leaves == Artifact.Backbone)
            network = experiment.DeviceHalf(network.SplitAt(experiment.Split).Device);
        return (network.Cost().Macs, network.Output.Elements);
    }

    // What was asked for; where the budget was in MACs, what the step says it took.
    static double? Removed(Experiment experiment, StepResult[] results)
    {
        if (experiment.Modes() is { } modes)
            return modes.Ratios[0];
        var steps = experiment.Steps().Steps.Where(step => step.Prunes);
        if (results.FirstOrDefault(result => steps.Any(step => step.Name == result.Name)) is not { } pruned)
            return 0;
        if (experiment.Prune.Macs is null)
            return experiment.Prune.Ratio;
        return FiltersRemoved().Match(pruned.Note ?? "") is { Success: true } note
            ? Math.Round(double.Parse(note.Groups[1].ValueSpan, CultureInfo.InvariantCulture) / double.Parse(note.Groups[2].ValueSpan, CultureInfo.InvariantCulture), 4)
            : null;
    }

    // Files that are replaced change their folder's time; the others are appended to.
    static DateTime LastChange(RunFolder run)
    {
        string steps = run.In("steps");
        IEnumerable<string> folders = [run.Path, run.In("checkpoints"), steps, .. Directory.Exists(steps) ? Directory.GetDirectories(steps) : []];
        return folders.Append(run.MetricsPath).Append(run.In("environment.jsonl")).Where(Path.Exists).Max(File.GetLastWriteTimeUtc);
    }

    [GeneratedRegex("^([0-9]+) of ([0-9]+) filters removed")]
    private static partial Regex FiltersRemoved();
}
