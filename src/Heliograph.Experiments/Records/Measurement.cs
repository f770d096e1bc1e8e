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
}

/// <summary>Several draws of the noise at one SNR, each over all images.</summary>
/// <param name="SnrDb">P/σ² per real symbol in dB (docs/snr.md).</param>
/// <param name="Draws">One pass a draw.</param>
public sealed record SnrMeasurement(double SnrDb, ValueList<Measurement> Draws)
{
    /// <summary>The means over the draws.</summary>
    public AccuracyPoint Point { get; } = new(SnrDb, Math.Round(Draws.Average(draw => draw.Accuracy.Top1), 4),
        StudentT.HalfWidth95([.. Draws.Select(draw => draw.Accuracy.Top1)]), Math.Round(Draws.Average(draw => draw.Accuracy.Top5), 4));

    /// <summary>The temperature of the first draw; null of too few images.</summary>
    public CalibrationPoint? Calibration { get; init; }
}
