using Heliograph.Statistics;

namespace Heliograph.Edge.Devices;

/// <summary>
/// The blind estimate of a device's SNR (docs/snr.md). Every image's symbols are sent with mean power 1 and the noise is independent of them, so
/// that the mean power of what arrives has the expectation 1 + σ². Averaged over the last frames with equal weights.
/// </summary>
sealed class SnrEstimator
{
    /// <summary>Number of frames in a full average.</summary>
    public const int Window = 128;

    // Created for the first frame.
    double[] powers = [];
    int next;

    /// <summary>Frames in the average.</summary>
    public int Frames { get; private set; }

    /// <summary>Adds a frame.</summary>
    /// <param name="sumOfSquares">Over the symbols that arrived.</param>
    /// <param name="arrived">Number of symbols that arrived, without erased ones.</param>
    public void Add(double sumOfSquares, int arrived)
    {
        if (arrived < 1)
            return;
        if (powers.Length == 0)
            powers = new double[Window];
        powers[next] = sumOfSquares / arrived;
        next = (next + 1) % Window;
        Frames = Math.Min(Frames + 1, Window);
    }

    /// <summary>The estimate in dB that a further frame would give, infinite if no noise is found; null before there are two frames.</summary>
    /// <param name="sumOfSquares">Over the symbols that arrived.</param>
    /// <param name="arrived">Number of symbols that arrived, without erased ones.</param>
    public double? With(double sumOfSquares, int arrived)
    {
        double sum = arrived < 1 ? 0 : sumOfSquares / arrived;
        int frames = arrived < 1 ? Frames : Frames + 1;
        foreach (double power in powers.AsSpan(0, Frames))
            sum += power;
        return frames < 2 ? null : Decibels(sum / frames - 1) ?? double.PositiveInfinity;
    }

    /// <summary>Forgets what was measured, when the channel is known to have changed.</summary>
    public void Reset() => (next, Frames) = (0, 0);

    /// <summary>The estimate; null before there are two frames.</summary>
    public SnrEstimate? Estimate()
    {
        if (Frames < 2)
            return null;
        var measured = powers.AsSpan(0, Frames);
        double mean = 0;
        foreach (double power in measured)
            mean += power / Frames;
        double squares = 0;
        foreach (double power in measured)
            squares += (power - mean) * (power - mean);
        double half = StudentT.Quantile(Frames - 1) * Math.Sqrt(squares / (Frames - 1) / Frames);
        double variance = mean - 1;
        // The more noise, the lower the SNR. A power of 1 or less means no noise at all.
        return new(Decibels(variance), Decibels(variance + half), Decibels(variance - half), Frames);
    }

    static double? Decibels(double variance) => variance > 0 ? -10 * Math.Log10(variance) : null;
}

/// <summary>An estimated SNR, P/σ² per real symbol in dB.</summary>
/// <param name="Db">The estimate; null if no noise was found.</param>
/// <param name="LowDb">Low end of the 95 % interval; null if no noise is found even there.</param>
/// <param name="HighDb">High end of the 95 % interval; null when it is open.</param>
/// <param name="Frames">Frames that were averaged.</param>
sealed record SnrEstimate(double? Db, double? LowDb, double? HighDb, int Frames);
