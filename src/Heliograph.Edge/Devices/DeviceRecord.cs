using Heliograph.Links;

namespace Heliograph.Edge.Devices;

/// <summary>What is known about a device that sends frames. Callers must hold its lock.</summary>
sealed class DeviceRecord(ulong device, TimeProvider clock)
{
    // A gap that no radio causes: the sender, or someone in its name, has jumped.
    const ulong LargestGap = 1_000_000;

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

    /// <summary>Adds a frame as it arrives; returns how many frames its sequence number shows to be newly missing (or, negative, found).</summary>
    public long Arrived(Frame frame, string pair, double sumOfSquares)
    {
        Frames++;
        LastSeen = clock.GetUtcNow();
        int arrived = frame.Symbols.Length - frame.Erased;
        Symbols += arrived;
        Erased += frame.Erased;
        // Another channel needs another measurement.
        if (frame.SenderSnrDb != SenderSnrDb || pair != Pair || (begun && frame.Stream != stream))
            snr.Reset();
        (SenderSnrDb, Pair) = (frame.SenderSnrDb, pair);
        snr.Add(sumOfSquares, arrived);
        long lost = Sequence(frame);
        Lost += lost;
        return lost;
    }

    /// <summary>Adds a frame's result.</summary>
    public void Recognised(int top, int? label, double milliseconds)
    {
        latencies.Add(milliseconds);
        if (label is not { } truth)
            return;
        Labelled++;
        if (top == truth)
            Correct++;
    }

    long Sequence(Frame frame)
    {
        if (!begun || frame.Stream != stream)
        {
            (begun, stream, highest) = (true, frame.Stream, frame.Sequence);
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
