using System.Text.Json.Serialization;

namespace Heliograph.Pairs;

/// <summary>
/// How a pair's confidence becomes honest: the logits are divided by a temperature before the softmax (Guo and others, "On calibration of modern neural networks", 2017). The
/// noisier the channel, the higher it is, so there is one for each of several SNRs. The named class does not change.
/// </summary>
/// <param name="Images">On how many images it was fitted.</param>
/// <param name="Points">By ascending SNR; at least one.</param>
public sealed record Calibration(int Images, ValueList<CalibrationPoint> Points)
{
    /// <summary><c>validation</c> if fitted on held-out training images; null, and not written, for the test set.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? MeasuredOn { get; init; }

    /// <summary>The temperature at an SNR: interpolated between the points, beyond them that of the nearest.</summary>
    /// <param name="snrDb">P/σ² per real symbol in dB (docs/snr.md); may be infinite.</param>
    public double TemperatureAt(double snrDb)
    {
        int next = 0;
        while (next < Points.Count && Points[next].SnrDb < snrDb)
            next++;
        if (next == 0 || next == Points.Count)
            return Points[Math.Min(next, Points.Count - 1)].Temperature;
        var (low, high) = (Points[next - 1], Points[next]);
        return low.Temperature + (high.Temperature - low.Temperature) * (snrDb - low.SnrDb) / (high.SnrDb - low.SnrDb);
    }
}

/// <summary>The temperature at one SNR, and what it changes.</summary>
/// <param name="SnrDb">P/σ² per real symbol, in dB (docs/snr.md).</param>
/// <param name="Temperature">By which logits are divided; above 0.</param>
/// <param name="Ece">Expected calibration error without it, in percentage points: |confidence − accuracy| in 15 bins of the confidence, weighted by their images.</param>
/// <param name="CalibratedEce">The same with it, each half of the images calibrated by the other half.</param>
public sealed record CalibrationPoint(double SnrDb, double Temperature, double Ece, double CalibratedEce);
