using System.Globalization;
using Heliograph.Codes;
using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Plots;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Runs;
using Heliograph.Files;
using Heliograph.Networks;
using Heliograph.Pairs;

namespace Heliograph.Evaluation.Choosing;

/// <summary>The candidates that folders hold.</summary>
/// <param name="All">Runs, their seeds together, and pairs.</param>
/// <param name="SnrDb">At which SNR their accuracies are meant, in dB; null where nothing was measured.</param>
public sealed record Candidates(ValueList<Candidate> All, double? SnrDb)
{
    /// <summary>The runs and pairs in and below some folders.</summary>
    /// <param name="folders">Each a run, a pair, a sweep, or a folder of them.</param>
    /// <param name="snrDb">The SNR in dB; null for the measured one that is nearest to the trainings'.</param>
    /// <exception cref="UsageException">A folder holds neither, or they were measured on different data.</exception>
    public static Candidates In(IEnumerable<string> folders, double? snrDb)
    {
        string[] paths = [.. folders.SelectMany(folder => RunList.Folders(folder, IsOne).ToArray() is { Length: > 0 } found ? found
            : throw new UsageException($"there is no run and no pair in {folder} (no experiment.yaml and no {Pair.DescriptionFile} in it or below)")).DistinctBy(Path.GetFullPath)];
        var costs = new Dictionary<string, Func<RunSummary, DeviceCost>>();
        var (runs, pairs) = (new List<RunSummary>(), new List<RunSummary>());
        foreach (string path in paths)
        {
            var (summary, cost) = RunFolder.IsRun(path) ? OfRun(path) : OfPair(path);
            (RunFolder.IsRun(path) ? runs : pairs).Add(summary);
            costs[summary.Run] = cost;
        }
        // A pair and the run that it comes from are not two seeds.
        RunGroup[] groups = [.. RunGroup.Of(runs.SelectMany(run => run.InModes())), .. RunGroup.Of(pairs.SelectMany(pair => pair.InModes()))];
        RunGroup.CheckSameData(groups);
        double? at = snrDb ?? RunFigures.UsualSnr(groups);
        return new([.. groups.Select(group => Of(group, at)), .. runs.Concat(pairs).Where(run => run.Evaluation is null).Select(Unmeasured)], at);

        // Where bits are sent, the number of symbols depends on the SNR.
        DeviceCost CostOf(RunGroup group, double? at) => DeviceCost.Largest([.. group.Runs.Select(run => at is { } snr && run.SymbolsAt(snr) is { } symbols ? costs[run.Run](run) with { Symbols = symbols } : costs[run.Run](run))]);

        Candidate Of(RunGroup group, double? at) => new(NameOf(group.First), CostOf(group, at))
        {
            Folders = [.. group.Runs.Select(run => run.Run)],
            Seeds = [.. group.Runs.Select(run => run.Seed).OfType<ulong>()],
            Split = group.First.Split,
            Ratio = group.First.Ratio,
            Accuracy = at is { } snr ? group.At(snr) : null,
            BackboneTop1 = group.BackboneTop1,
            Missing = at is { } wanted && group.At(wanted) is null
                ? string.Create(CultureInfo.InvariantCulture, $"not measured at {wanted:0.##} dB, but at {string.Join(", ", group.Snrs.Select(other => other.ToString("0.##", CultureInfo.InvariantCulture)))}")
                : null,
        };

        Candidate Unmeasured(RunSummary run) => new(run.Run, costs[run.Run](run))
        {
            Seeds = [.. run.Seed is { } seed ? [seed] : Array.Empty<ulong>()],
            Split = run.Split,
            Ratio = run.Ratio,
            Missing = run switch
            {
                { Fault: { } fault } => fault,
                _ when runs.Contains(run) => run.Snr is null && run.Experiment!.Steps().Sends == Sent.Symbols ? $"no pair yet ({run.Step})" : $"not measured yet ({run.Step})",
                { Experiment: null } => "the pair does not say on which data it was trained (\"provenance\")",
                _ => "the pair does not say what was measured of it (\"accuracy\")",
            },
        };
    }

    static bool IsOne(string path) => RunFolder.IsRun(path) || Pair.IsPair(path);

    static string NameOf(RunSummary run) => run.IsMode ? string.Create(CultureInfo.InvariantCulture, $"{run.Run}, width {run.Ratio}, {run.Symbols} symbols") : run.Run;

    static (RunSummary, Func<RunSummary, DeviceCost>) OfRun(string path)
    {
        var summary = RunSummary.Of(path);
        return (summary, mode =>
        {
            try
            {
                return DeviceHalf(mode) is { } device ? Cost(device, mode, DeviceCost.Bytes32) : new(mode.DeviceMacs, mode.Symbols, null, null);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                return new(mode.DeviceMacs, mode.Symbols, null, null);
            }
        }
        );
    }

    static (RunSummary, Func<RunSummary, DeviceCost>) OfPair(string path)
    {
        var (summary, devices) = PairSummary.Of(path);
        if (devices is null)
            return (summary, _ => new(null, null, null, null));
        // Weights of 16 bits where the file is too small for 32.
        bool is32 = FileNames.Target(Path.Combine(path, Pair.DeviceFile)) is not { Exists: true } file || file.Length >= DeviceCost.Bytes32 * DeviceCost.WeightsOf(devices[0]);
        return (summary, mode => Cost(devices[mode.IsMode ? summary.Evaluation!.Modes!.Select(other => other.Ratio).Distinct().ToList().IndexOf(mode.Ratio!.Value) : 0], mode,
            is32 ? DeviceCost.Bytes32 : DeviceCost.Bytes32 / 2));
    }

    // In a mode of an elastic pair, with as much of the encoder as its symbols need.
    static DeviceCost Cost(Network device, RunSummary mode, int bytesPerWeight) => DeviceCost.Of(mode.IsMode ? ElasticCode.First(device, mode.Symbols!.Value) : device, bytesPerWeight);

    // Of the last step that left one; records have none.
    static Network? DeviceHalf(RunSummary summary)
    {
        if (summary.Experiment is null)
            return null;
        using var run = RunFolder.OpenForReading(summary.Run);
        string file = summary.IsMode && summary.Experiment.Modes() is { } modes ? StepFiles.DeviceOf(modes, modes.Find(summary.Ratio, summary.Symbols, summary.Run).Width) : StepFiles.Device;
        return summary.Experiment.Steps().Steps.Reverse().Where(step => step.Leaves == Artifact.Halves && run.ResultOf(step.Name) is not null)
            .Select(step => run.StepPath(step.Name, file)).Where(File.Exists).Select(Model.DescriptionOf).FirstOrDefault();
    }
}
