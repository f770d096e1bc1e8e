using Heliograph.Links;

namespace Heliograph.Edge.Devices;

/// <summary>What is known about a device that sends frames. Callers must hold its lock.</summary>
sealed class DeviceRecord(ulong device, TimeProvider clock)
{
    // A gap that no radio causes: the sender, or someone in its name, has jumped.
    const ulong LargestGap = 1_000_000;

    const int MostProvisional = 16;

    // By sequence number, whether the answer was right: results to which the device may yet add symbols.
    readonly Dictionary<ulong, bool> provisional = [];

    readonly SnrEstimator snr = new();
    readonly LatencyWindow latencies = new(1024);
    uint stream;
    ulong highest;
    bool begun;
    double? tokens;
    long refilledAt;

    public ulong Device => device;

    /// <summary>How far it can be trusted to be a device.</summary>
    public Standing Standing { get; set; }

    public Lock Lock { get; } = new();

    /// <summary>Frames accepted.</summary>
    public long Frames { get; private set; }

    /// <summary>Frames that are missing in the sequence.</summary>
    public long Lost { get; private set; }

    /// <summary>Symbols that arrived.</summary>
    public long Symbols { get; private set; }

    /// <summary>Symbols of accepted frames that never arrived.</summary>
    public long Erased { get; private set; }

    /// <summary>Symbols that frames of elastic pairs did without: the most that the pair sends, less those sent.</summary>
    public long Saved { get; private set; }

    /// <summary>Frames whose true class is known.</summary>
    public long Labelled { get; private set; }

    /// <summary>Of these, how many were recognised.</summary>
    public long Correct { get; private set; }

    public string? Pair { get; private set; }

    public float? SenderSnrDb { get; private set; }

    public DateTimeOffset LastSeen { get; private set; }

    /// <summary>What the sender says, or what was measured; null if neither.</summary>
    public double? SnrDb => SenderSnrDb ?? Measured?.Db;

    /// <summary>The same for a temperature: infinite where no noise was found.</summary>
    public double? SnrForConfidence => SenderSnrDb is { } said ? said : Measured is { } measured ? measured.Db ?? double.PositiveInfinity : null;

    public SnrEstimate? Measured => snr.Estimate();

    public LatencyPercentiles? Latency => latencies.Percentiles();

    /// <summary>Whether one more frame is within the rate; a second's worth may arrive at once.</summary>
    public bool MaySend(int rate)
    {
        lock (Lock)
        {
            long now = clock.GetTimestamp();
            double left = tokens is { } before ? Math.Min(rate, before + clock.GetElapsedTime(refilledAt, now).TotalSeconds * rate) : rate;
            refilledAt = now;
            tokens = left >= 1 ? left - 1 : left;
            return left >= 1;
        }
    }

    /// <summary>
    /// The SNR in dB of a frame that arrives: as its sender says, else as measured over the last frames and this one, infinite if no noise is found; null as long as nothing is known.
    /// </summary>
    /// <param name="frame">The frame.</param>
    /// <param name="pair">Its pair's name.</param>
    /// <param name="sumOfSquares">Over the symbols that are new.</param>
    public double? SnrOf(Frame frame, string pair, double sumOfSquares) =>
        frame.SenderSnrDb ?? (IsOtherChannel(frame, pair) ? null : snr.With(sumOfSquares, New(frame)));

    /// <summary>Adds a frame as it arrives, or the symbols added to one; returns how many frames its sequence number shows to be newly missing (or, negative, found).</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="pair">Its pair's name.</param>
    /// <param name="sumOfSquares">Over the symbols that are new.</param>
    /// <param name="most">The most symbols that the pair sends.</param>
    public long Arrived(Frame frame, string pair, double sumOfSquares, int most)
    {
        LastSeen = clock.GetUtcNow();
        Symbols += New(frame);
        Erased += frame.Erased - frame.KnownErased;
        Saved += (frame.Known == 0 ? most : frame.Known) - frame.Symbols.Length;
        if (IsOtherChannel(frame, pair))
            snr.Reset();
        (SenderSnrDb, Pair) = (frame.SenderSnrDb, pair);
        snr.Add(sumOfSquares, New(frame));
        if (frame.Known > 0)
            return 0;
        Frames++;
        long lost = Sequence(frame);
        Lost += lost;
        return lost;
    }

    /// <summary>Adds a frame's result; where symbols were added to the frame, in place of the result before.</summary>
    public void Recognised(Frame frame, int top, int? label, double milliseconds)
    {
        latencies.Add(milliseconds);
        if (label is not { } truth)
            return;
        if (frame.Known > 0 && provisional.Remove(frame.Sequence, out bool before))
        {
            Labelled--;
            Correct -= before ? 1 : 0;
        }
        Labelled++;
        if (top == truth)
            Correct++;
        if (frame.Question is null)
            return;
        // Few: symbols are added soon or not at all.
        if (provisional.Count >= MostProvisional)
            provisional.Clear();
        provisional[frame.Sequence] = top == truth;
    }

    // Another channel needs another measurement.
    bool IsOtherChannel(Frame frame, string pair) => frame.SenderSnrDb != SenderSnrDb || pair != Pair || (begun && frame.Stream != stream);

    // Symbols that arrived, this time.
    static int New(Frame frame) => frame.Symbols.Length - frame.Known - (frame.Erased - frame.KnownErased);

    long Sequence(Frame frame)
    {
        if (!begun || frame.Stream != stream)
        {
            (begun, stream, highest) = (true, frame.Stream, frame.Sequence);
            provisional.Clear();
            return 0;
        }
        if (frame.Sequence > highest)
        {
            ulong gap = frame.Sequence - highest - 1;
            highest = frame.Sequence;
            return gap <= LargestGap ? (long)gap : 0;
        }
        // It arrived after frames that were sent later, so it had been counted as lost.
        return Lost > 0 && frame.Sequence < highest ? -1 : 0;
    }
}
