using System.Globalization;
using Heliograph.Evaluation.Tables;
using Heliograph.Experiments.Records;
using Heliograph.Pairs;

namespace Heliograph.Evaluation.OverSnr;

/// <summary>What was measured of an elastic pair, as tables.</summary>
public static class ModeTables
{
    /// <summary>Accuracy in percent, a row for each mode and a column for each SNR.</summary>
    public static DataTable Accuracy(ValueList<ModeAccuracy> modes) => new(
        [("width", "ratio"), ("MACs", "macs"), ("symbols", "symbols"), .. modes[0].Points.Select(point => (Text($"{point.SnrDb:0.##} dB"), Text($"top1_{point.SnrDb:0.##}")))],
        [.. modes.Select(mode => (ValueList<Cell>)[new(Text($"{mode.Ratio}")), new(Text($"{mode.DeviceMacs:N0}"), Text($"{mode.DeviceMacs}")), new(Text($"{mode.Symbols}")), .. mode.Points.Select(point => Percent(point.Top1))])]);

    /// <summary>Successive refinement of the widest device half over all SNRs: what each confidence costs in symbols, and what as many right answers would cost without feedback.</summary>
    /// <param name="modes">All of the pair.</param>
    /// <param name="curves">As measured.</param>
    public static DataTable Refinement(ValueList<ModeAccuracy> modes, ValueList<RefinementCurve> curves)
    {
        var widest = modes.Where(mode => mode.Ratio == modes[0].Ratio).ToList();
        return new(
            [("confidence", "confidence"), ("symbols", "symbols"), ("top-1 (%)", "top1"), ("symbols without feedback", "symbols_without"), ("saved (%)", "saved")],
            [.. curves.Where(curve => curve.Ratio == modes[0].Ratio).Select(Row)]);

        ValueList<Cell> Row(RefinementCurve curve)
        {
            double? without = OverSnr.Refinement.SymbolsWithout(widest, curve.Top1);
            return [new(Text($"{curve.Confidence:0.##}")), new(Text($"{curve.Symbols:0.0}")), Percent(curve.Top1),
                new(without is { } symbols ? Text($"{symbols:0.0}") : ""), new(without is { } of ? Text($"{100 * (1 - curve.Symbols / of):0.0}") : "")];
        }
    }

    static Cell Percent(double value) => new(Text($"{value:0.00}"));

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
