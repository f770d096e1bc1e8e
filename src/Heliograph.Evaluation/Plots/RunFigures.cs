using System.Globalization;
using Heliograph.Channels;
using Heliograph.Evaluation.Overview;
using Heliograph.Experiments.Records;

namespace Heliograph.Evaluation.Plots;

/// <summary>Figures of runs.</summary>
public static class RunFigures
{
    static readonly string[] Telling = ["data", "network", "split", "ratio", "symbols"];

    /// <summary>The SNR, as everywhere in this project (docs/snr.md).</summary>
    public static FigureAxis SnrAxis { get; } = new("SNR (dB, P/σ² per real symbol)", "snr_db");

    /// <summary>The same for an evaluation, whose SNRs may be those of the peak.</summary>
    public static FigureAxis SnrAxisOf(EvaluationResult evaluation) => evaluation.IsOfThePeak ? SnrAxis with { Label = "SNR of the peak (dB, 1/σ² per real symbol)" } : SnrAxis;

    /// <summary>Accuracy on a set.</summary>
    public static FigureAxis AccuracyAxis(string measuredOn) => new($"top-1 accuracy on the {measuredOn} set (%)", "top1");

    /// <summary>Accuracy over SNR, one curve for each group; bands show the standard deviation over seeds or, for a single run, the 95 % interval over draws of the noise.</summary>
    /// <param name="groups">All measured on the same data.</param>
    /// <param name="by">What names and orders the curves; null for whatever differs.</param>
    /// <param name="title">Above the figure; null for one that says what is common.</param>
    /// <exception cref="UsageException">They were measured on different data.</exception>
    public static Figure OverSnr(IReadOnlyList<RunGroup> groups, RunKey? by, string? title = null)
    {
        RunGroup.CheckSameData(groups);
        groups = Ordered(groups, by);
        var labels = RunLabels.Of(groups, by, [], distinct: true);
        FigureCurve[] curves = [.. groups.Zip(labels, (group, label) => new FigureCurve(groups.Count == 1 && by is null ? Costs(group) : label,
            [.. group.Snrs.Select(at => (At: at, Accuracy: group.At(at)!)).Select(point => new FigurePoint(point.At, point.Accuracy.Top1, point.Accuracy.Band))]))];
        if (curves.All(curve => curve.Points.Count == 0))
            throw new UsageException($"{groups[0].First.Run} and the other seeds of its experiment were measured at no SNR in common; 'heliograph evaluate RUN --snr GRID' measures them alike");
        return new(title ?? Common(groups), SnrAxisOf(groups[0].First.Evaluation!), Accuracy(groups), [.. curves.Where(curve => curve.Points.Count > 0), .. Backbone(groups, [.. groups.SelectMany(group => group.Snrs)])]);
    }

    /// <summary>Accuracy at an SNR over the number of symbols, a curve for what differs otherwise, and above it Fano's bound where all channels are AWGN.</summary>
    /// <param name="groups">All measured on the same data.</param>
    /// <param name="by">What names the curves; null for whatever differs.</param>
    /// <param name="snrDb">The SNR in dB.</param>
    /// <exception cref="UsageException">They were measured on different data, or none at that SNR.</exception>
    public static Figure OverSymbols(IReadOnlyList<RunGroup> groups, RunKey? by, double snrDb)
    {
        var measured = MeasuredAt(groups, snrDb);
        var labels = RunLabels.Of(measured, by, ["symbols"], distinct: false);
        var curves = measured.Zip(labels).GroupBy(group => group.Second).Select(family => new FigureCurve(family.Key.Length == 0 ? "measured" : family.Key,
            [.. family.Select(group => group.First).OrderBy(group => group.SymbolsAt(snrDb)).Select(group => (Symbols: group.SymbolsAt(snrDb), Accuracy: group.At(snrDb)!)).Select(point => new FigurePoint(point.Symbols, point.Accuracy.Top1, point.Accuracy.Band))]));
        return new(FormattableString.Invariant($"{Common(measured)}, {snrDb:0.##} dB"), new("symbols an image", "symbols", AxisScale.Octaves), Accuracy(measured), [.. curves, .. Bound(measured, snrDb)]);
    }

    /// <summary>The fewest symbols over MACs on the device, among runs at most so far below their backbone: one curve for each scheme; runs further below are grey.</summary>
    /// <param name="groups">All measured on the same data.</param>
    /// <param name="by">What names the curves.</param>
    /// <param name="snrDb">The SNR in dB.</param>
    /// <param name="maxDrop">Percentage points below the backbone that are allowed.</param>
    /// <exception cref="UsageException">They were measured on different data, none at that SNR, or no backbone's accuracy is known.</exception>
    public static Figure OverMacs(IReadOnlyList<RunGroup> groups, RunKey by, double snrDb, double maxDrop)
    {
        RunGroup[] measured = [.. MeasuredAt(groups, snrDb).Where(group => group.BackboneTop1 is not null)];
        if (measured.Length == 0)
            throw new UsageException($"{groups[0].First.Run}: the accuracy of its backbone is not known on these images; 'heliograph evaluate RUN' measures it");
        bool Fits(RunGroup group) => group.At(snrDb)!.Top1 >= group.BackboneTop1 - maxDrop;
        // A scheme that computes nothing on the device begins at the left edge of a scale that has no 0, and is there for every budget.
        double[] macs = [.. measured.Select(group => (double)group.First.DeviceMacs!.Value).Where(count => count > 0)];
        double least = macs.Length == 0 ? 1 : macs.Min() / 2, most = macs.Length == 0 ? 1 : macs.Max();
        var curves = Ordered(measured, by).Where(Fits).GroupBy(group => by.LabelOf(group.First)).Select(family => new FigureCurve(family.Key, [.. Front(family, snrDb, most)]) { Line = CurveLine.Steps }).ToList();
        var others = measured.Where(group => !Fits(group)).OrderBy(group => group.First.DeviceMacs)
            .Select(group => new FigurePoint(group.First.DeviceMacs!.Value, group.SymbolsAt(snrDb))).ToList();
        if (others.Count > 0)
            curves.Add(new(FormattableString.Invariant($"more than {maxDrop:0.##} below"), [.. others]) { Line = CurveLine.None, Behind = true });
        return new(FormattableString.Invariant($"at most {maxDrop:0.##} points below the backbone at {snrDb:0.##} dB"), new("multiply–accumulates on the device", "macs", AxisScale.Decades) { Least = least }, new("symbols an image", "symbols", AxisScale.Octaves), [.. curves]);
    }

    /// <summary>The measured SNR that is nearest to the training of most runs, in dB; null where none was measured.</summary>
    public static double? UsualSnr(IReadOnlyList<RunGroup> groups) => groups.Where(group => group.Snrs.Count > 0)
        .Select(group => (group.First.Run, At: group.First.TrainingSnr is { } trained ? group.Snrs.MinBy(at => Math.Abs(at - trained)) : group.Snrs[^1]))
        // The modes of an elastic pair are one training.
        .Distinct().GroupBy(training => training.At).OrderByDescending(same => same.Count()).ThenByDescending(same => same.Key).Select(same => (double?)same.Key).FirstOrDefault();

    // What nothing else beats in both.
    static IEnumerable<FigurePoint> Front(IEnumerable<RunGroup> groups, double snrDb, double most)
    {
        double fewest = double.PositiveInfinity, last = 0;
        foreach (var group in groups.OrderBy(group => group.First.DeviceMacs).ThenBy(group => group.SymbolsAt(snrDb)))
        {
            if (group.SymbolsAt(snrDb) >= fewest)
                continue;
            (fewest, last) = (group.SymbolsAt(snrDb), group.First.DeviceMacs!.Value);
            yield return new(last, fewest);
        }
        if (last == 0 && most > 1)
            yield return new(most, fewest);
    }

    static RunGroup[] MeasuredAt(IReadOnlyList<RunGroup> groups, double snrDb)
    {
        RunGroup.CheckSameData(groups);
        RunGroup[] measured = [.. groups.Where(group => group.At(snrDb) is not null)];
        return measured.Length > 0 ? measured : throw new UsageException(FormattableString.Invariant($"--snr: none of these runs was measured at {snrDb:0.##} dB; ")
            + $"they were at {string.Join(", ", groups.SelectMany(group => group.Snrs).Distinct().Order().Select(at => at.ToString("0.##", CultureInfo.InvariantCulture)))} dB");
    }

    static IReadOnlyList<RunGroup> Ordered(IReadOnlyList<RunGroup> groups, RunKey? by)
    {
        if (by is null)
            return groups;
        var single = groups.ToDictionary(group => group.First);
        return [.. RunQuery.By(by).Of(single.Keys).Select(run => single[run])];
    }

    static FigureAxis Accuracy(IReadOnlyList<RunGroup> groups) => AccuracyAxis(groups[0].First.Evaluation!.MeasuredOn);

    static IEnumerable<FigureCurve> Backbone(IReadOnlyList<RunGroup> groups, double[] snrs)
    {
        double?[] known = [.. groups.Select(group => group.BackboneTop1 is { } top1 ? Math.Round(top1, 4) : (double?)null).Distinct()];
        return known is [{ } level] && snrs.Length > 0
            ? [new("backbone", [new(snrs.Min(), level), new(snrs.Max(), level)]) { Line = CurveLine.Dashed, Marked = false, Behind = true }]
            : [];
    }

    static IEnumerable<FigureCurve> Bound(RunGroup[] groups, double snrDb)
    {
        if (groups.Any(group => group.First.Channel != "awgn") || groups.Select(group => FanoBound.Classes(group.First)).OfType<int>().Distinct().ToArray() is not [var classes])
            return [];
        double capacity = Snr.FromDecibels(snrDb).Capacity, low = Math.Log2(groups.Min(group => group.SymbolsAt(snrDb))), high = Math.Log2(groups.Max(group => group.SymbolsAt(snrDb)));
        const int Parts = 40;
        var points = Enumerable.Range(0, Parts + 1).Select(i => Math.Pow(2, low + (high - low) * i / Parts)).Select(symbols => new FigurePoint(symbols, Fano.Top1(classes, symbols * capacity)));
        return [new("Fano's bound", [.. points]) { Line = CurveLine.Dashed, Marked = false, Behind = true }];
    }

    static string Common(IReadOnlyList<RunGroup> groups)
    {
        var keys = new RunKeys();
        var parts = Telling.Select(name => keys.Find(name, ""))
            .Where(key => groups.DistinctBy(group => key.Value(group.First)).Count() == 1).Select(key => key.LabelOf(groups[0].First));
        return string.Join(", ", parts);
    }

    static string Costs(RunGroup group) => FormattableString.Invariant($"{group.First.Symbols} symbols");
}
