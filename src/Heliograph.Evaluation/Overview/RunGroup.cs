using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;
using Heliograph.Statistics;

namespace Heliograph.Evaluation.Overview;

/// <summary>Runs of one experiment that differ in their seeds alone: one curve, with mean and standard deviation.</summary>
/// <param name="Runs">With evaluations, by ascending seed; at least one.</param>
public sealed record RunGroup(ValueList<RunSummary> Runs)
{
    // What seeds may differ in: themselves, and the trainings that they begin from.
    static readonly HashSet<string> OfSeeds = ["seed", "data.seed"], Origins = ["pretrain.from", "pretrain.start"];

    /// <summary>The first run, for what they have in common.</summary>
    public RunSummary First => Runs[0];

    /// <summary>The SNRs in dB, ascending, at which all were measured.</summary>
    public IReadOnlyList<double> Snrs => [.. First.Evaluation!.Points.Select(point => point.SnrDb).Where(at => Runs.All(run => run.At(at) is not null)).Order()];

    /// <summary>The groups of those runs that have an evaluation, in the order of their first runs.</summary>
    public static IReadOnlyList<RunGroup> Of(IEnumerable<RunSummary> runs) =>
        [.. Of([.. runs.Where(run => run.Evaluation is not null)], [.. OfSeeds, .. Origins], last: false)];

    /// <summary>Each of those runs that have an evaluation alone.</summary>
    public static IReadOnlyList<RunGroup> Singly(IEnumerable<RunSummary> runs) => [.. runs.Where(run => run.Evaluation is not null).Select(run => new RunGroup([run]))];

    /// <summary>The accuracy at an SNR in dB; null where it was not measured in all runs.</summary>
    public MeanAccuracy? At(double snrDb)
    {
        var measured = Runs.Select(run => run.At(snrDb)).ToArray();
        if (measured.Any(point => point is null))
            return null;
        double[] values = [.. measured.Select(point => point!.Value.Top1)];
        double mean = values.Average();
        return values.Length == 1
            ? new(mean, null, measured[0]!.Value.Ci95)
            : new(mean, Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / (values.Length - 1)), StudentT.HalfWidth95(values));
    }

    /// <summary>Mean real symbols an image at an SNR in dB at which all were measured.</summary>
    public double SymbolsAt(double snrDb) => Runs.Average(run => run.SymbolsAt(snrDb)!.Value);

    /// <summary>Mean of the backbones' accuracies in percent; null where one is not known.</summary>
    public double? BackboneTop1 => Runs.All(run => run.Evaluation!.BackboneTop1 is not null) ? Runs.Average(run => run.Evaluation!.BackboneTop1!.Value) : null;

    /// <summary>Refuses evaluations that do not belong into one picture.</summary>
    /// <exception cref="UsageException">They are of other data, or of another set, or their SNRs mean different things.</exception>
    public static void CheckSameData(IReadOnlyList<RunGroup> groups)
    {
        RunSummary[] runs = [.. groups.SelectMany(group => group.Runs)];
        foreach (var run in runs.Skip(1))
        {
            if (Data(runs[0]) != Data(run))
                throw new UsageException($"{runs[0].Run} was measured on {Said(runs[0])}, {run.Run} on {Said(run)}: accuracies on different images do not belong together; give runs of one data set");
            if (runs[0].Evaluation!.IsOfThePeak != run.Evaluation!.IsOfThePeak)
            {
                var (peak, mean) = run.Evaluation.IsOfThePeak ? (run, runs[0]) : (runs[0], run);
                throw new UsageException($"{peak.Run} counts SNRs by the symbols' peak (code.power: peak), {mean.Run} by their mean power: they do not belong on one axis (docs/snr.md)");
            }
        }

        static (string, string) Data(RunSummary run) => (run.Experiment!.Data.Name, run.Evaluation!.MeasuredOn);
        static string Said(RunSummary run) => $"{run.Evaluation!.MeasuredOn} images of {run.Experiment!.Data.Name}";
    }

    // Seeds that come twice are runs that differ otherwise: in what they begin from, or in nothing that the experiment says.
    static IEnumerable<RunGroup> Of(RunSummary[] runs, HashSet<string> free, bool last) => runs.GroupBy(run => Identity(run, free)).SelectMany(same =>
        same.DistinctBy(run => run.Seed).Count() == same.Count() ? [new RunGroup([.. same.OrderBy(run => run.Seed)])]
        : last ? same.Select(run => new RunGroup([run]))
        : Of([.. same], OfSeeds, last: true));

    static string Identity(RunSummary run, HashSet<string> free)
    {
        var schema = OptionsSchema.Of(typeof(Experiments.Experiment));
        var measured = run.Experiment!.Evaluation;
        return string.Join('\n', OptionsBinder.Flatten(run.Experiment!).Where(option => !free.Contains(option.Key) && schema.MayChange(option.Key) != MayChange.Always)
            .Select(option => $"{option.Key}: {option.Value}").Append(run.Evaluation!.MeasuredOn)
            // Of the options of the evaluation, which change nothing of a run, those that say of which mode and over which points it was.
            .Append(FormattableString.Invariant($"{measured.Width} {measured.Symbols} {measured.Constellation}"))
            .Append(run.IsMode ? FormattableString.Invariant($"{run.Ratio} {run.Symbols}") : ""));
    }
}

/// <summary>Accuracy of one run or of several seeds.</summary>
/// <param name="Top1">In percent; of several the mean.</param>
/// <param name="Deviation">Standard deviation over seeds (n − 1) in percentage points; null for one.</param>
/// <param name="Ci95">Half width of the 95 % interval: of one run over draws of the noise, of several over seeds.</param>
public sealed record MeanAccuracy(double Top1, double? Deviation, double? Ci95)
{
    /// <summary>What a band shows: the standard deviation over seeds or, for a single run, the interval.</summary>
    public double? Band => Deviation ?? Ci95;
}
