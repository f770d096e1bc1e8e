using System.Text.Json.Serialization;
using Heliograph.Pairs;

namespace Heliograph.Experiments.Records;

/// <summary>Share of images whose class is named first, and among the first five; in percent.</summary>
/// <param name="Top1">In [0, 100].</param>
/// <param name="Top5">In [0, 100].</param>
public readonly record struct Accuracy(double Top1, double Top5);

/// <summary>What was measured after some of the layers of symbols had arrived.</summary>
/// <param name="Symbols">Real symbols of these layers.</param>
/// <param name="Points">By ascending SNR.</param>
/// <param name="Psnr">Mean peak signal-to-noise ratio of the restored images in dB at the SNR of each point.</param>
public sealed record FewerLayers(int Symbols, ValueList<AccuracyPoint> Points, ValueList<double> Psnr);

/// <summary>What was measured of a pair.</summary>
/// <param name="Pair">Name of the run.</param>
/// <param name="Split">The split point.</param>
/// <param name="Symbols">B, real symbols an image.</param>
/// <param name="DeviceMacs">Of the device half, encoder included.</param>
/// <param name="BackboneTop1">Of the unpruned backbone, in percent; null if unknown on these images.</param>
/// <param name="NoiselessTop1">Of the pair without noise, in percent.</param>
/// <param name="Points">By ascending SNR.</param>
public sealed record EvaluationResult(
    string Pair, string Split, int Symbols, long DeviceMacs, double? BackboneTop1, double NoiselessTop1, ValueList<AccuracyPoint> Points)
{
    /// <summary>On which images all of it was measured, <see cref="SetNames.Test"/> or <see cref="SetNames.Validation"/>; evaluations of earlier versions, which do not say so, are on the test set.</summary>
    public string MeasuredOn { get; init; } = SetNames.Test;

    /// <summary>How many images these are; null, as all that follows, in evaluations of earlier versions.</summary>
    public int? Images { get; init; }

    /// <summary>Independent draws of the noise over all of them, at each SNR.</summary>
    public int? Draws { get; init; }

    /// <summary>Mean real symbols an image at the SNR of each point, where they depend on it: of schemes that send bits. Null where they are always <see cref="Symbols"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<double>? SymbolsAt { get; init; }

    /// <summary>Mean bits an image, of schemes that send bits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Bits { get; init; }

    /// <summary>Mean peak signal-to-noise ratio of the restored images in dB, at the SNR of each point: where the image itself is sent.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<double>? Psnr { get; init; }

    /// <summary>The same without noise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? NoiselessPsnr { get; init; }

    /// <summary>What fewer layers than all give, the fewest first, where symbols are sent in layers.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<FewerLayers>? FewerLayers { get; init; }

    /// <summary>Mean average precision in percent at the SNR of each point, where the edge retrieves: accuracies are then of the nearest images of the gallery.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<double>? MeanAveragePrecision { get; init; }

    /// <summary>Images in the gallery, where the edge retrieves.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Gallery { get; init; }

    /// <summary>Temperatures of a pair's logits and calibration errors, by ascending SNR; null where they were not measured: on fewer than 100 images, or of schemes that send bits.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<CalibrationPoint>? Calibration { get; init; }

    /// <summary>The constellation whose points were sent, where symbols were not sent as they are.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Constellation { get; init; }

    /// <summary>Beside <see cref="Constellation"/>, the same with symbols sent as they are, with the same noise.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<AccuracyPoint>? AsTheyAre { get; init; }

    /// <summary>All modes of an elastic pair, the largest, whose figures are those above, first; null for a pair of one mode.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<ModeAccuracy>? Modes { get; init; }

    /// <summary><see cref="Calibration"/> of each of <see cref="Modes"/> but the first.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<ModeCalibration>? ModeCalibration { get; init; }

    /// <summary>What an elastic pair does where the device sends more symbols of an image only while the edge wishes for them, for each width and several confidences; null where <see cref="Calibration"/> is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ValueList<RefinementCurve>? Refinement { get; init; }

    /// <summary>Name of the channel.</summary>
    public string? Channel { get; init; }

    /// <summary>How SNRs are to be read.</summary>
    public string? SnrConvention { get; init; }

    /// <summary><see cref="SnrConvention"/> of symbols that are limited by their peak (docs/snr.md).</summary>
    public const string OfThePeak = "1/σ² per real symbol in dB, each symbol being from 0 to 1, its peak";

    /// <summary>True where SNRs are those of the peak: they are not comparable with others.</summary>
    [JsonIgnore]
    public bool IsOfThePeak => SnrConvention == OfThePeak;

    /// <summary>Of every draw.</summary>
    public ulong? Seed { get; init; }
}
