using Heliograph.Evaluation.Plots;
using Heliograph.Experiments.Records;
using Heliograph.Pairs;

namespace Heliograph.Evaluation.OverSnr;

/// <summary>Accuracy over SNR as a picture.</summary>
public static class EvaluationPlot
{
    /// <summary>Draws one evaluation.</summary>
    /// <param name="result">What was measured.</param>
    /// <param name="png">Path of the PNG.</param>
    /// <param name="svg">Path of the SVG.</param>
    public static void Write(EvaluationResult result, string png, string svg)
    {
        string name = result.SymbolsAt is null ? FormattableString.Invariant($"{result.Symbols} symbols") : FormattableString.Invariant($"{result.Bits:N0} bits");
        double low = result.Points.Min(point => point.SnrDb), high = result.Points.Max(point => point.SnrDb);
        var figure = new Figure(FormattableString.Invariant($"{result.Pair}: split at {result.Split}, {result.DeviceMacs / 1e6:0.0} M MACs on the device"),
            RunFigures.SnrAxisOf(result), RunFigures.AccuracyAxis(result.MeasuredOn),
            [
                // Of an elastic pair, the widest device half with each number of symbols.
                .. result.Modes is { } modes ? modes.Where(mode => mode.Ratio == modes[0].Ratio).Select(mode => Curve(Sent(FormattableString.Invariant($"{mode.Symbols} symbols")), mode.Points)) : [Curve(Sent(name), result.Points)],
                .. result.AsTheyAre is { } asTheyAre ? [Curve($"{name}, as they are", asTheyAre)] : Array.Empty<FigureCurve>(),
                Level("without noise", result.NoiselessTop1),
                .. result.BackboneTop1 is { } backbone ? [Level("backbone", backbone)] : Array.Empty<FigureCurve>(),
            ]);
        FigureImage.Write(figure, png);
        FigureImage.Write(figure, svg);

        string Sent(string symbols) => result.Constellation is { } points ? $"{symbols}, {points}" : symbols;

        static FigureCurve Curve(string name, ValueList<AccuracyPoint> points) => new(name, [.. points.Select(point => new FigurePoint(point.SnrDb, point.Top1, point.Ci95))]);

        FigureCurve Level(string name, double value) =>
            new(FormattableString.Invariant($"{name} {value:0.0} %"), [new(low, value), new(high, value)]) { Line = CurveLine.Dashed, Marked = false, Behind = true };
    }
}
