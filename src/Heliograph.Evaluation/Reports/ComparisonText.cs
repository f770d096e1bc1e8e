using System.Globalization;
using System.Text;
using Heliograph.Evaluation.Comparing;

namespace Heliograph.Evaluation.Reports;

/// <summary>The numbers of a comparison as people read them.</summary>
public static class ComparisonText
{
    /// <summary>The SNR in dB, or <c>no noise</c>.</summary>
    public static string Snr(ComparedPoint point) => point.SnrDb is { } decibels ? decibels.ToString("0.##", CultureInfo.InvariantCulture) : "no noise";

    /// <summary>The mean, with its standard deviation over seeds if there are several.</summary>
    public static string Top1(SeedMean mean) => ComparedNumbers.Hundredths(mean.Top1) + (mean.Deviation is { } deviation ? $" ± {ComparedNumbers.Hundredths(deviation)}" : "");

    /// <summary>A difference with its sign.</summary>
    public static string Difference(double points) => ComparedNumbers.Signed(points);

    /// <summary>Half the width of an interval; empty if there is none.</summary>
    public static string HalfWidth(double? points) => points is { } half ? ComparedNumbers.Hundredths(half) : "";

    /// <summary>A p value, to four decimals.</summary>
    public static string P(double p) => ComparedNumbers.P(p);

    /// <summary>The section of a run's report that sets its pair beside a reference.</summary>
    internal static void AppendTo(StringBuilder text, Comparison against)
    {
        text.Append(CultureInfo.InvariantCulture,
            $"Against `{against.B[0]}`, image by image on the same {against.Images:N0} {against.MeasuredOn} images: the difference, its 95 % interval over images and noise, and McNemar's test (mid-p, first draws):\n\n");
        text.Append("| SNR (dB) | top-1 (%) | reference (%) | difference (points) | ± 95 % | p |\n| ---: | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var point in against.Points)
            text.Append(CultureInfo.InvariantCulture, $"| {Snr(point)} | {Top1(point.A)} | {Top1(point.B)} | {Difference(point.Difference)} | {HalfWidth(point.Ci95)} | {P(point.Pairs[0].McNemarP)} |\n");
        text.Append('\n');
    }
}
