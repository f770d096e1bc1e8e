using Heliograph.Experiments.Records;
using Heliograph.Pairs;

namespace Heliograph.Evaluation.OverSnr;

/// <summary>
/// Successive refinement (<see cref="RefinementCurve"/>) follows from what each number of symbols alone gives: the first symbols of an image meet the same noise in all modes, so that what the edge knows after
/// another part is what it knows of the mode with as many symbols.
/// </summary>
static class Refinement
{
    /// <summary>The confidences for which it is computed.</summary>
    static readonly double[] Thresholds = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95];

    /// <summary>For each width and threshold; null if the confidences were not kept.</summary>
    /// <param name="modes">All of the pair.</param>
    public static ValueList<RefinementCurve>? Of(IReadOnlyList<MeasuredMode> modes) =>
        modes.Any(mode => mode.Points.Any(point => point.Confidence is null)) ? null
            : [.. from width in modes.GroupBy(mode => mode.Accuracy.Ratio)
                  let fewestFirst = width.OrderBy(mode => mode.Accuracy.Symbols).ToArray()
                  from threshold in Thresholds
                  select new RefinementCurve(width.Key, threshold, [.. Enumerable.Range(0, fewestFirst[0].Points.Count).Select(at => At(fewestFirst, at, threshold))])];

    static RefinementPoint At(MeasuredMode[] fewestFirst, int at, double threshold)
    {
        int images = fewestFirst[0].Points[at].Confidence!.Length, right = 0;
        long symbols = 0;
        double[] correctable = [.. fewestFirst.Select(mode => Calibration.Correctable(Top1(mode), Top1(fewestFirst[^1])))];
        for (int i = 0; i < images; i++)
        {
            int step = 0;
            while (step < fewestFirst.Length - 1 && Calibration.WantsMore(fewestFirst[step].Points[at].Confidence![i], (float)threshold, correctable[step]))
                step++;
            symbols += fewestFirst[step].Accuracy.Symbols;
            right += fewestFirst[step].Points[at].Draws[0].Hits[i] ? 1 : 0;
        }
        return new(fewestFirst[0].Points[at].SnrDb, Math.Round((double)symbols / images, 2), Math.Round(100.0 * right / images, 4));

        double Top1(MeasuredMode mode) => mode.Accuracy.Points[at].Top1;
    }

    /// <summary>Mean symbols that the pair would need for an accuracy without feedback: with one number of symbols for all images, or two in turns; null beyond its most accurate one.</summary>
    /// <param name="modes">Of one width.</param>
    /// <param name="top1">Over all SNRs, in percent.</param>
    public static double? SymbolsWithout(IEnumerable<ModeAccuracy> modes, double top1)
    {
        // The upper hull: what cannot be had for fewer symbols by using two others in turns.
        (double Symbols, double Top1)[] fixedOnes = [.. modes.Select(mode => ((double)mode.Symbols, mode.Points.Average(point => point.Top1))).Order()];
        double? fewest = null;
        foreach (var low in fixedOnes)
        {
            if (low.Top1 >= top1)
                Take(low.Symbols);
            foreach (var high in fixedOnes.Where(high => low.Top1 < top1 && high.Symbols > low.Symbols && high.Top1 >= top1))
                Take(low.Symbols + (high.Symbols - low.Symbols) * (top1 - low.Top1) / (high.Top1 - low.Top1));
        }
        return fewest;

        void Take(double symbols) => fewest = fewest is { } least ? Math.Min(least, symbols) : symbols;
    }
}
