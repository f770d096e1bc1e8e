
namespace Heliograph.Experiments.Records;

/// <summary>Which images a network or a pair classified correctly: by this two measurements on the same images are compared image by image.</summary>
/// <param name="MeasuredOn">Name of the set, <see cref="SetNames.Test"/> or <see cref="SetNames.Validation"/>.</param>
/// <param name="Data">The set's fingerprint.</param>
/// <param name="Seed">Of the run.</param>
/// <param name="Points">Without noise first, where that was measured, then by ascending SNR; at least one.</param>
public sealed record Hits(string MeasuredOn, string Data, ulong Seed, ValueList<HitsAt> Points)
{
    /// <summary>Number of images in the set.</summary>
    public int Images => Points[0].Draws[0].Length;

    /// <summary>The hits at an SNR in dB, or without noise; null if that was not measured. What was measured without any noise, as a backbone is, is the same at every SNR.</summary>
    public HitsAt? At(double? snrDb) => Points.FirstOrDefault(point => point.SnrDb == snrDb) ?? (IsNoiseless ? Points[0] : null);

    /// <summary>True when nothing was sent through a channel.</summary>
    public bool IsNoiseless => Points is [{ SnrDb: null }];
}

/// <summary>The hits at one SNR.</summary>
/// <param name="SnrDb">P/σ² per real symbol in dB (docs/snr.md); null without noise.</param>
/// <param name="Draws">For each draw of the noise, whether each image was classified correctly (top-1).</param>
public sealed record HitsAt(double? SnrDb, IReadOnlyList<bool[]> Draws)
{
    /// <summary>Those of one pass.</summary>
    public static HitsAt Of(Measurement measured) => new(measured.SnrDb, [measured.Hits]);

    /// <summary>Those of several draws.</summary>
    public static HitsAt Of(SnrMeasurement measured) => new(measured.SnrDb, [.. measured.Draws.Select(draw => draw.Hits)]);
}
