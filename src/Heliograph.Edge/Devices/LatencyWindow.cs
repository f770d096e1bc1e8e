namespace Heliograph.Edge.Devices;

/// <summary>Percentiles over the last latencies. Not thread-safe.</summary>
sealed class LatencyWindow(int size)
{
    // Created when there is something to keep: most invented devices have no result.
    float[] values = [];
    int next, count;

    /// <summary>Adds a latency, in milliseconds.</summary>
    public void Add(double milliseconds)
    {
        if (count == 0)
            values = new float[size];
        values[next] = (float)milliseconds;
        next = (next + 1) % size;
        count = Math.Min(count + 1, size);
    }

    /// <summary>The percentiles; null before there is a value.</summary>
    public LatencyPercentiles? Percentiles()
    {
        if (count == 0)
            return null;
        float[] sorted = values[..count];
        Array.Sort(sorted);
        double At(double fraction) => Math.Round(sorted[(int)Math.Ceiling(fraction * count) - 1], 3);
        return new(At(.5), At(.9), At(.99), count);
    }
}

/// <summary>Percentiles of latencies, in milliseconds.</summary>
sealed record LatencyPercentiles(double P50, double P90, double P99, int Count);
