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
    public double TemperatureAt(double snrDb) => At(Points, snrDb, point => point.Temperature);

    /// <summary>The same in a mode of an elastic pair; where the mode has no temperatures of its own, those of the largest.</summary>
    /// <param name="snrDb">P/σ² per real symbol in dB; may be infinite.</param>
    /// <param name="ratio">Share of each layer's filters that the width lacks.</param>
    /// <param name="symbols">Number of symbols that were sent.</param>
    public double TemperatureAt(double snrDb, double ratio, int symbols) => At(Own(ratio, symbols) ?? Points, snrDb, point => point.Temperature);

    /// <summary>Of the images that are named wrongly in a mode, the share that all symbols of its width put right, in [0, 1]; 1 where accuracies are not known.</summary>
    /// <param name="snrDb">P/σ² per real symbol in dB; may be infinite.</param>
    /// <param name="ratio">Share of each layer's filters that the width lacks.</param>
    /// <param name="symbols">Number of symbols that were sent.</param>
    /// <param name="most">Of all numbers of symbols the largest.</param>
    public double CorrectableAt(double snrDb, double ratio, int symbols, int most)
    {
        if (symbols == most)
            return 0;
        ValueList<CalibrationPoint> few = Own(ratio, symbols) ?? [], all = Own(ratio, most) ?? Points;
        return few.Count == 0 || few.Concat(all).Any(point => point.Top1 is null) ? 1 : Correctable(At(few, snrDb, point => point.Top1!.Value), At(all, snrDb, point => point.Top1!.Value));
    }

    /// <summary>Of the images that are named wrongly, the share that further symbols put right, in [0, 1].</summary>
    /// <param name="top1">Accuracy with the symbols that were sent, in percent.</param>
    /// <param name="top1OfAll">With all symbols.</param>
    public static double Correctable(double top1, double top1OfAll) => top1 < 100 ? Math.Clamp((top1OfAll - top1) / (100 - top1), 0, 1) : 0;

    /// <summary>
    /// Whether more symbols of an image are worth their cost: where they can be expected to raise the probability of a right answer, which is now the confidence, by more than
    /// 1 − threshold. In much noise they do not help however unsure the answer is.
    /// </summary>
    /// <param name="confidence">In the answer, in [0, 1].</param>
    /// <param name="threshold">The confidence that the device asks for, in [0, 1].</param>
    /// <param name="correctable">See <see cref="CorrectableAt"/>.</param>
    public static bool WantsMore(double confidence, double threshold, double correctable) =>
        confidence < threshold && (1 - confidence) * correctable > 1 - threshold;

    // Those of a mode; the largest has none of its own, but the pair's.
    ValueList<CalibrationPoint>? Own(double ratio, int symbols) => Modes?.FirstOrDefault(mode => mode.Ratio == ratio && mode.Symbols == symbols)?.Points;

    static double At(ValueList<CalibrationPoint> points, double snrDb, Func<CalibrationPoint, double> value)
    {
        int next = 0;
        while (next < points.Count && points[next].SnrDb < snrDb)
            next++;
        if (next == 0 || next == points.Count)
            return value(points[Math.Min(next, points.Count - 1)]);
        var (low, high) = (points[next - 1], points[next]);
        return value(low) + (value(high) - value(low)) * (snrDb - low.SnrDb) / (high.SnrDb - low.SnrDb);
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
public sealed record CalibrationPoint(double SnrDb, double Temperature, double Ece, double CalibratedEce)
{
    /// <summary>Accuracy on the images that it was fitted on, in percent; null, and not written, in pairs of earlier versions.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Top1 { get; init; }
}
