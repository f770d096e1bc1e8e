using System.Globalization;
using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Plots;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Runs;
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
        var costs = new Dictionary<RunSummary, DeviceCost>();
        var (runs, pairs) = (new List<RunSummary>(), new List<RunSummary>());
        foreach (string path in paths)
        {
            var (summary, cost) = RunFolder.IsRun(path) ? OfRun(path) : OfPair(path);
            (RunFolder.IsRun(path) ? runs : pairs).Add(summary);
            costs[summary] = cost;
        }
        // A pair and the run that it comes from are not two seeds.
        RunGroup[] groups = [.. RunGroup.Of(runs), .. RunGroup.Of(pairs)];
        RunGroup.CheckSameData(groups);
        double? at = snrDb ?? RunFigures.UsualSnr(groups);
        return new([.. groups.Select(group => Of(group, at)), .. runs.Concat(pairs).Where(run => run.Evaluation is null).Select(Unmeasured)], at);

        // Where bits are sent, the number of symbols depends on the SNR.
        DeviceCost CostOf(RunGroup group, double? at) => DeviceCost.Largest([.. group.Runs.Select(run => at is { } snr && run.SymbolsAt(snr) is { } symbols ? costs[run] with { Symbols = symbols } : costs[run])]);

        Candidate Of(RunGroup group, double? at) => new(group.First.Run, CostOf(group, at))
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

        Candidate Unmeasured(RunSummary run) => new(run.Run, costs[run])
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

    static (RunSummary, DeviceCost) OfRun(string path)
    {
        var summary = RunSummary.Of(path);
        try
        {
            return (summary, DeviceHalf(summary) is { } device ? DeviceCost.Of(device) : new(summary.DeviceMacs, summary.Symbols, null, null));
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return (summary with { Evaluation = null, Fault = e.Message }, new(null, null, null, null));
        }
    }

    static (RunSummary, DeviceCost) OfPair(string path)
    {
        var (summary, device) = PairSummary.Of(path);
        if (device is null)
            return (summary, new(null, null, null, null));
        // Weights of 16 bits where the file is too small for 32.
        bool is32 = new FileInfo(Path.Combine(path, Pair.DeviceFile)) is not { Exists: true } file || file.Length >= DeviceCost.Bytes32 * DeviceCost.WeightsOf(device);
        return (summary, DeviceCost.Of(device, is32 ? DeviceCost.Bytes32 : DeviceCost.Bytes32 / 2));
    }

    // Of the last step that left one; records have none.
    static Network? DeviceHalf(RunSummary summary)
    {
        if (summary.Experiment is null)
            return null;
        using var run = RunFolder.OpenForReading(summary.Run);
        return summary.Experiment.Steps().Steps.Reverse().Where(step => step.Leaves == Artifact.Halves && run.ResultOf(step.Name) is not null)
            .Select(step => run.StepPath(step.Name, StepFiles.Device)).Where(File.Exists).Select(Model.DescriptionOf).FirstOrDefault();
    }
}
