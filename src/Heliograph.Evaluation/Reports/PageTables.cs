using System.Globalization;
using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Plots;
using Heliograph.Evaluation.Tables;
using Heliograph.Experiments.Recipes;

namespace Heliograph.Evaluation.Reports;

/// <summary>The tables of a page.</summary>
static class PageTables
{
    static readonly string[] Always = ["split", "symbols", "macs", "ratio"], WhereTheyDiffer = ["scheme", "network", "channel", "snr"];

    /// <summary>Experiments at one SNR, over their seeds.</summary>
    public static DataTable Experiments(IReadOnlyList<RunGroup> groups, double snrDb)
    {
        var keys = new RunKeys();
        RunKey[] shown =
        [
            .. Always.Select(name => keys.Find(name, "")),
            .. WhereTheyDiffer.Select(name => keys.Find(name, "")).Where(key => groups.DistinctBy(group => key.Value(group.First)).Skip(1).Any()),
        ];
        return new(
            [("experiment", "experiment"), .. shown.Select(key => (key.Heading, key.Name)), ("seeds", "seeds"), ("top-1 (%)", "top1"), ("± sd", "sd"), ("± 95 %", "ci95"), ("below the backbone", "drop"), ("no noise (%)", "noiseless"), ("of Fano's bound (%)", "fano")],
            [.. groups.Select(group => (ValueList<Cell>)
            [
                new(group.Runs.Count == 1 ? group.First.Name : $"{group.First.Name} …"), .. shown.Select(key => key.Name == "symbols" && group.First.Evaluation!.SymbolsAt is not null ? Whole(group, snrDb) : key.Cell(group.First)), new(string.Join(", ", group.Runs.Select(run => run.Seed))),
                Hundredths(group.At(snrDb)?.Top1), Hundredths(group.At(snrDb)?.Deviation), Hundredths(group.At(snrDb)?.Ci95), Hundredths(group.BackboneTop1 - group.At(snrDb)?.Top1),
                Hundredths(group.Runs.Average(run => run.Evaluation!.NoiselessTop1)),
                Hundredths(group.At(snrDb) is { } measured && FanoBound.Top1(group, snrDb) is { } most ? 100 * measured.Top1 / most : null),
            ])]);
    }

    /// <summary>Every run with its accuracy by step, seed, commit and commands.</summary>
    public static DataTable Runs(IReadOnlyList<PageRun> runs)
    {
        string[] steps = [.. RecipeCatalogue.StepNames.Where(step => runs.Any(run => run.After(step) is not null))];
        return new([("run", "run"), ("state", "state"), .. steps.Select(step => ($"{step} (%)", step)), ("seed", "seed"), ("commit", "commit"), ("made by", "commands")],
            [.. runs.Select(run => (ValueList<Cell>)
            [
                new(run.Summary.Name), new(run.State), .. steps.Select(step => Hundredths(run.After(step))), new(run.Summary.Seed?.ToString(CultureInfo.InvariantCulture) ?? ""),
                new(Short(run.Commit), run.Commit), new(string.Join("\n", run.Commands)),
            ])]);
    }

    /// <summary>Every accuracy that was measured.</summary>
    public static DataTable Points(IEnumerable<RunSummary> runs) => new([("run", "run"), ("ratio", "ratio"), ("symbols", "symbols"), ("SNR (dB)", "snr_db"), ("top-1 (%)", "top1"), ("± 95 %", "ci95"), ("top-5 (%)", "top5")],
        [.. runs.Where(run => run.Evaluation is not null).SelectMany(run => run.Evaluation!.Points.Select(point => (ValueList<Cell>)
            [new(run.Name), Exact(run.Ratio), Exact(run.SymbolsAt(point.SnrDb)), Exact(point.SnrDb), Exact(point.Top1), Exact(point.Ci95), Exact(point.Top5)]))]);

    // Of what sends bits, at this SNR.
    static Cell Whole(RunGroup group, double snrDb)
    {
        if (group.At(snrDb) is null)
            return new("");
        double symbols = Math.Ceiling(group.SymbolsAt(snrDb));
        return new(symbols.ToString("N0", CultureInfo.InvariantCulture), symbols.ToString("R", CultureInfo.InvariantCulture));
    }

    // Long enough to find it; -dirty must not be lost.
    static string Short(string commit) => commit.Length <= 10 ? commit : commit[..10] + (commit.EndsWith("-dirty", StringComparison.Ordinal) ? "-dirty" : "");

    static Cell Exact(double? value) => new(value?.ToString("R", CultureInfo.InvariantCulture) ?? "");

    static Cell Hundredths(double? value) => new(value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "", value is { } exact ? Math.Round(exact, 4).ToString("R", CultureInfo.InvariantCulture) : "");
}
