using System.Text.Json.Serialization;

namespace Heliograph.Experiments.Records;

/// <summary>
/// Successive refinement with feedback: of each image an elastic pair's device sends the fewest symbols, then the next ones as long as the edge wishes for them (docs/elastic.md).
/// </summary>
/// <param name="Ratio">Share of each layer's filters that the width lacks.</param>
/// <param name="Confidence">The confidence that the device asks for, from 0 to 1.</param>
/// <param name="Points">By ascending SNR; of one draw of the noise.</param>
public sealed record RefinementCurve(double Ratio, double Confidence, ValueList<RefinementPoint> Points)
{
    /// <summary>Mean symbols an image over all SNRs of the evaluation, each as likely as the others.</summary>
    [JsonIgnore]
    public double Symbols => Points.Average(point => point.Symbols);

    /// <summary>Accuracy over all SNRs in percent.</summary>
    [JsonIgnore]
    public double Top1 => Points.Average(point => point.Top1);
}

/// <summary>At one SNR.</summary>
/// <param name="SnrDb">P/σ² per real symbol in dB (docs/snr.md).</param>
/// <param name="Symbols">Mean real symbols an image.</param>
/// <param name="Top1">In percent.</param>
public sealed record RefinementPoint(double SnrDb, double Symbols, double Top1);
