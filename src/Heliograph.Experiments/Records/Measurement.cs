using Heliograph.Pairs;
using Heliograph.Statistics;

namespace Heliograph.Experiments.Records;

/// <summary>One pass over some images.</summary>
/// <param name="SnrDb">P/σ² per real symbol in dB (docs/snr.md); null without noise.</param>
/// <param name="Accuracy">Over all images.</param>
/// <param name="Hits">For each image, in their order, whether its class was named first.</param>
public sealed record Measurement(double? SnrDb, Accuracy Accuracy, bool[] Hits)
{
    /// <summary>For each image, whether its class was among the first five named; empty where nobody kept it.</summary>
    public bool[] FirstFive { get; init; } = [];

    /// <summary>Mean peak signal-to-noise ratio of the restored images in dB, where the edge restores images; else null.</summary>
    public double? Psnr { get; init; }

    /// <summary>Mean over the images of the average precision of the gallery's ranking, in percent, where the edge retrieves; else null.</summary>
    public double? MeanAveragePrecision { get; init; }
}

/// <summary>Several draws of the noise at one SNR, each over all images.</summary>
/// <param name="SnrDb">P/σ² per real symbol in dB (docs/snr.md).</param>
/// <param name="Draws">One pass a draw.</param>
public sealed record SnrMeasurement(double SnrDb, ValueList<Measurement> Draws)
{
    /// <summary>The means over the draws.</summary>
    public AccuracyPoint Point { get; } = new(SnrDb, Math.Round(Draws.Average(draw => draw.Accuracy.Top1), 4),
        StudentT.HalfWidth95([.. Draws.Select(draw => draw.Accuracy.Top1)]), Math.Round(Draws.Average(draw => draw.Accuracy.Top5), 4));

    /// <summary>The mean of <see cref="Measurement.Psnr"/> over the draws; null where there is none.</summary>
    public double? Psnr { get; } = Draws.Average(draw => draw.Psnr) is { } mean ? Math.Round(mean, 4) : null;

    /// <summary>The mean of <see cref="Measurement.MeanAveragePrecision"/> over the draws; null where there is none.</summary>
    public double? MeanAveragePrecision { get; } = Draws.Average(draw => draw.MeanAveragePrecision) is { } precision ? Math.Round(precision, 4) : null;

    /// <summary>The temperature of the first draw; null of too few images.</summary>
    public CalibrationPoint? Calibration { get; init; }

    /// <summary>For each image of the first draw, in their order, the calibrated probability of the class named first; null of too few images.</summary>
    public float[]? Confidence { get; init; }
}
