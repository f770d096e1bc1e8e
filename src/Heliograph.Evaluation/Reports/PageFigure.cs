using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Plots;

namespace Heliograph.Evaluation.Reports;

/// <summary>A figure of a page, or why there is none.</summary>
/// <param name="File">Name of its files, without an ending.</param>
/// <param name="Heading">Above it.</param>
/// <param name="Text">What it shows.</param>
/// <param name="Figure">Null where the runs do not give it; <paramref name="Text"/> says what it takes.</param>
public sealed record PageFigure(string File, string Heading, string Text, Figure? Figure)
{
    const string Bands = "Bands show the standard deviation over seeds or, for a single run, the 95 % interval over draws of the noise.";

    /// <summary>The figures of the paper that these groups give: 3, 4 (one for each split point and B), 5 (one for each split point and ratio), and accuracy over symbols.</summary>
    /// <param name="groups">All measured on the same data; at least one.</param>
    /// <param name="snrDb">At which SNR accuracies are compared, in dB.</param>
    /// <param name="maxDrop">Percentage points below the backbone that figure 3 allows.</param>
    /// <exception cref="UsageException">The groups were measured on different data.</exception>
    public static IReadOnlyList<PageFigure> Of(IReadOnlyList<RunGroup> groups, double snrDb, double maxDrop)
    {
        var keys = new RunKeys();
        RunKey ratio = keys.Find("ratio", ""), symbols = keys.Find("symbols", ""), split = keys.Find("split", "");
        return
        [
            Costs(groups, keys.Find("scheme", ""), snrDb, maxDrop),
            .. Families("ratios", "Accuracy over SNR by pruning ratio", "runs that differ in the ratio alone (the paper's figure 4)", groups, ratio, [split, symbols]),
            .. Families("bandwidths", "Accuracy over SNR by bandwidth", "runs that differ in the number of symbols alone (the paper's figure 5)", groups, symbols, [split, ratio]),
            OverSymbols(groups, snrDb),
            new("all", "Accuracy over SNR of all", $"Every experiment of this report. {Bands}", RunFigures.OverSnr(groups, null)),
        ];
    }

    static PageFigure Costs(IReadOnlyList<RunGroup> groups, RunKey scheme, double snrDb, double maxDrop)
    {
        const string Name = "costs", Heading = "Symbols over multiply–accumulates on the device";
        if (!groups.Any(group => group.At(snrDb) is not null && group.BackboneTop1 is not null))
            return new(Name, Heading, FormattableString.Invariant($"This figure (the paper's figure 3) takes runs that were measured at {snrDb:0.##} dB and whose backbone's accuracy is known."), null);
        var figure = RunFigures.OverMacs(groups, scheme, snrDb, maxDrop);
        bool none = figure.Curves.All(curve => curve.Behind);
        return new(Name, Heading, FormattableString.Invariant($"The paper's figure 3: what it takes to stay at most {maxDrop:0.##} points below the backbone at {snrDb:0.##} dB, one curve for each scheme. ")
            + (none ? "No run here does." : "Grey runs are further below."), figure);
    }

    static PageFigure OverSymbols(IReadOnlyList<RunGroup> groups, double snrDb)
    {
        const string Name = "symbols", Heading = "Accuracy over symbols";
        return groups.Where(group => group.At(snrDb) is not null).DistinctBy(group => group.SymbolsAt(snrDb)).Skip(1).Any()
            ? new(Name, Heading, FormattableString.Invariant($"At {snrDb:0.##} dB. No code can be above Fano's bound, which takes classes to be equally likely and the channel to carry its capacity. {Bands}"), RunFigures.OverSymbols(groups, null, snrDb))
            : new(Name, Heading, FormattableString.Invariant($"This figure takes runs of different numbers of symbols that were measured at {snrDb:0.##} dB."), null);
    }

    // One figure for each set of groups that differ in one key, all else that tells experiments apart being the same.
    static IEnumerable<PageFigure> Families(string name, string heading, string needed, IReadOnlyList<RunGroup> groups, RunKey by, RunKey[] held)
    {
        var keys = new RunKeys();
        RunKey[] same = [.. held, .. Others.Select(other => keys.Find(other, ""))];
        // What sends bits has neither a ratio nor a number of symbols of its own.
        var families = groups.Where(group => group.Snrs.Count > 0 && group.First.Evaluation!.SymbolsAt is null).GroupBy(group => string.Join('\n', same.Select(key => key.LabelOf(group.First))))
            .Where(family => family.DistinctBy(group => by.Value(group.First)).Skip(1).Any()).OrderBy(family => family.Key, StringComparer.Ordinal).ToList();
        if (families.Count == 0)
            return [new(name, heading, $"This figure takes {needed}.", null)];
        return families.Select((family, i) => new PageFigure($"{name}-{i + 1}", $"{heading}: {string.Join(", ", held.Select(key => key.LabelOf(family.First().First)))}", Bands,
            RunFigures.OverSnr([.. family], by)));
    }

    static readonly string[] Others = ["scheme", "channel", "snr", "network"];
}
