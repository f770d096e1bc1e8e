using System.Globalization;
using Heliograph.Evaluation.Tables;
using Heliograph.Experiments.Binding;
using Heliograph.Statistics;

namespace Heliograph.Evaluation.Comparing;

/// <summary>Several sides, each a run or the seeds of a recipe, beside the first one.</summary>
/// <param name="MeasuredOn">Name of the set.</param>
/// <param name="Images">Its number of images.</param>
/// <param name="Lines">For each SNR the sides in order.</param>
public sealed record SideTable(string MeasuredOn, int Images, ValueList<SideLine> Lines)
{
    /// <summary>Compares every side with the first, at the SNRs that all have.</summary>
    /// <param name="sides">Two or more, each with the same seeds in the same order.</param>
    /// <param name="snr">The SNRs to compare at, beside the noiseless case; null for all that are common.</param>
    /// <exception cref="UsageException">They do not belong together.</exception>
    public static SideTable Of(IReadOnlyList<IReadOnlyList<HitsSource>> sides, SnrGrid? snr = null)
    {
        Comparison[] others = [.. sides.Skip(1).Select(side => Comparison.Of(side, sides[0], snr))];
        var common = others[0].Points.Select(point => point.SnrDb).Where(at => others.All(other => other.Points.Any(point => point.SnrDb == at))).ToArray();
        if (common.Length == 0)
            throw new UsageException("no SNR is common to all sides; 'heliograph evaluate --snr' measures at others");
        return new(others[0].MeasuredOn, others[0].Images, [.. common.SelectMany(at => LinesAt(others, at))]);
    }

    /// <summary>As a table.</summary>
    public DataTable Table() => new(
        [("SNR (dB)", "snr_db"), ("side", "side"), ("runs", "runs"), ("top-1 (%)", "top1"), ("± sd", "sd"), ("difference", "difference"), ("± 95 %", "ci95"), ("p", "p")],
        [.. Lines.Select(line => (ValueList<Cell>)
        [
            new(line.SnrDb?.ToString("0.##", CultureInfo.InvariantCulture) ?? "no noise", line.SnrDb?.ToString("R", CultureInfo.InvariantCulture) ?? ""), new(Name(line.Side), string.Join(' ', line.Side)), Whole(line.Side.Count),
            Hundredths(line.Top1.Top1), Hundredths(line.Top1.Deviation), Signed(line.Difference), Hundredths(line.Ci95), P(line.P),
        ])]);

    static IEnumerable<SideLine> LinesAt(Comparison[] others, double? at)
    {
        yield return new(at, others[0].B, At(others[0]).B, null, null, null);
        foreach (var other in others)
        {
            var point = At(other);
            double[] differences = [.. point.Pairs.Select(pair => pair.Difference)];
            yield return new(at, other.A, point.A, point.Difference, point.Ci95, point.Pairs is [var only] ? only.McNemarP : StudentT.PairedP(differences));
        }

        ComparedPoint At(Comparison comparison) => comparison.Points.First(point => point.SnrDb == at);
    }

    // A side of several seeds is named by what its folders have in common.
    static string Name(IReadOnlyList<string> folders)
    {
        string[] names = [.. folders.Select(folder => Path.GetFileName(Path.TrimEndingDirectorySeparator(folder)))];
        int length = Enumerable.Range(0, names.Min(name => name.Length)).TakeWhile(i => names.All(name => name[i] == names[0][i])).Count();
        string common = names[0][..length].TrimEnd('-', '_', '.', ' ');
        return names.Length == 1 ? names[0] : common.Length > 0 ? common : string.Join(" ", names);
    }

    static Cell Whole(int value) => new(value.ToString(CultureInfo.InvariantCulture));

    static Cell Hundredths(double? value) => Number(value, ComparedNumbers.Hundredths);

    static Cell Signed(double? value) => Number(value, ComparedNumbers.Signed);

    static Cell P(double? value) => Number(value, ComparedNumbers.P);

    static Cell Number(double? value, Func<double, string> text) => new(value is { } number ? text(number) : "", value?.ToString("R", CultureInfo.InvariantCulture));
}

/// <summary>A side at one SNR.</summary>
/// <param name="SnrDb">P/σ² per real symbol in dB (docs/snr.md); null without noise.</param>
/// <param name="Side">Its folders, one a seed.</param>
/// <param name="Top1">Mean and standard deviation over seeds, in percent.</param>
/// <param name="Difference">This side less the first, in percentage points; null for the first.</param>
/// <param name="Ci95">Half width of its 95 % interval, as of <see cref="ComparedPoint.Ci95"/>.</param>
/// <param name="P">Of the difference, not corrected for how many sides there are: of single runs <see cref="McNemar"/>'s mid-p, of seeds the paired t-test's.</param>
public sealed record SideLine(double? SnrDb, ValueList<string> Side, SeedMean Top1, double? Difference, double? Ci95, double? P);
