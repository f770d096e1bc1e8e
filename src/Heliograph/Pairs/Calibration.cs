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

    /// <summary>Of an elastic pair the temperatures of each mode but the largest, whose are <see cref="Points"/>; null, and not written, of others and of pairs of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<ModeCalibration>? Modes { get; init; }

    /// <summary>The temperature at an SNR: interpolated between the points, beyond them that of the nearest.</summary>
    /// <param name="snrDb">P/σ² per real symbol in dB (docs/snr.md); may be infinite.</param>
    public double TemperatureAt(double snrDb) => At(Points, snrDb);

    /// <summary>The same in a mode of an elastic pair; where the mode has no temperatures of its own, those of the largest.</summary>
    /// <param name="snrDb">P/σ² per real symbol in dB; may be infinite.</param>
    /// <param name="ratio">Share of each layer's filters that the width lacks.</param>
    /// <param name="symbols">Number of symbols that were sent.</param>
    public double TemperatureAt(double snrDb, double ratio, int symbols)
    {
        foreach (var mode in Modes ?? [])
        {
            if (mode.Ratio == ratio && mode.Symbols == symbols)
                return At(mode.Points, snrDb);
        }
        return At(Points, snrDb);
    }

    static double At(ValueList<CalibrationPoint> points, double snrDb)
    {
        int next = 0;
        while (next < points.Count && points[next].SnrDb < snrDb)
            next++;
        if (next == 0 || next == points.Count)
            return points[Math.Min(next, points.Count - 1)].Temperature;
        var (low, high) = (points[next - 1], points[next]);
        return low.Temperature + (high.Temperature - low.Temperature) * (snrDb - low.SnrDb) / (high.SnrDb - low.SnrDb);
    }
}

/// <summary>The temperatures of one mode of an elastic pair.</summary>
/// <param name="Ratio">Share of each layer's filters that the width lacks.</param>
/// <param name="Symbols">Number of symbols.</param>
/// <param name="Points">By ascending SNR; at least one.</param>
public sealed record ModeCalibration(double Ratio, int Symbols, ValueList<CalibrationPoint> Points);

/// <summary>The temperature at one SNR, and what it changes.</summary>
/// <param name="SnrDb">P/σ² per real symbol, in dB (docs/snr.md).</param>
/// <param name="Temperature">By which logits are divided; above 0.</param>
/// <param name="Ece">Expected calibration error without it, in percentage points: |confidence − accuracy| in 15 bins of the confidence, weighted by their images.</param>
/// <param name="CalibratedEce">The same with it, each half of the images calibrated by the other half.</param>
public sealed record CalibrationPoint(double SnrDb, double Temperature, double Ece, double CalibratedEce);
