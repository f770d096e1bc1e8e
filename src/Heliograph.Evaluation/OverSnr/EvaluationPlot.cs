using System.Text;
using Heliograph.Experiments.Records;
using Heliograph.Files;
using ScottPlot;

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
        using var plot = new Plot();
        double[] snr = [.. result.Points.Select(point => point.SnrDb)], top1 = [.. result.Points.Select(point => point.Top1)];
        var line = plot.Add.Scatter(snr, top1);
        line.LegendText = FormattableString.Invariant($"{result.Symbols} symbols, {result.DeviceMacs / 1e6:0.0} M MACs on the device");
        line.LineWidth = 2;
        line.MarkerSize = 6;
        if (result.Points.All(point => point.Ci95 is not null))
            plot.Add.ErrorBar(snr, top1, [.. result.Points.Select(point => point.Ci95!.Value)]).Color = line.Color;
        Level(plot, result.NoiselessTop1, "without noise", LinePattern.Dotted);
        if (result.BackboneTop1 is { } backbone)
            Level(plot, backbone, "backbone", LinePattern.Dashed);
        plot.Title($"{result.Pair}: split at {result.Split}");
        plot.XLabel("SNR (dB, P/σ² per real symbol)");
        plot.YLabel($"top-1 accuracy on the {result.MeasuredOn} set (%)");
        plot.ShowLegend(Alignment.LowerRight);
        plot.Axes.SetLimitsY(0, 100);
        AtomicFile.Write(png, stream => stream.Write(plot.GetImageBytes(900, 600, ImageFormat.Png)));
        AtomicFile.Write(svg, stream => stream.Write(Encoding.UTF8.GetBytes(plot.GetSvgXml(900, 600))));
    }

    static void Level(Plot plot, double value, string name, LinePattern pattern)
    {
        var line = plot.Add.HorizontalLine(value, pattern: pattern);
        line.LegendText = FormattableString.Invariant($"{name} {value:0.0} %");
        line.Color = Colors.Gray;
    }
}
