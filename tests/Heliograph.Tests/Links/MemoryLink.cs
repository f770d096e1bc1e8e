using System.Diagnostics;
using Heliograph.Links;
using Heliograph.Statistics;

namespace Heliograph.Tests.Links;

/// <summary>
/// A link within the process: frames are cut into datagrams and put together again as over a network, and may suffer on the way. Not
/// thread-safe.
/// </summary>
sealed class MemoryLink : IFrameSender
{
    readonly FrameWriter writer = new();
    readonly FrameAssembler assembler;
    readonly MemoryLinkFaults faults;
    readonly RandomStream random = new(0, "memory link");
    readonly byte[] datagram;

    /// <summary>Creates the link.</summary>
    /// <param name="deliver">Takes a frame, at once; says false when it has no room.</param>
    /// <param name="faults">What the link does to datagrams; null for nothing.</param>
    public MemoryLink(Func<Frame, bool> deliver, MemoryLinkFaults? faults = null)
    {
        assembler = new(deliver);
        this.faults = faults ?? new();
        datagram = new byte[writer.DatagramBytes];
    }

    /// <summary>What the receiving end counted.</summary>
    public LinkCounters Counters => assembler.Counters;

    public int Send(in FrameHeader header, ReadOnlySpan<float> symbols, Thumbnail? thumbnail = null)
    {
        int bytes = 0;
        TimeSpan now = Stopwatch.GetElapsedTime(0);
        int count = writer.Count(symbols.Length, thumbnail);
        for (int i = 0; i < count; i++)
        {
            int length = writer.Write(header, symbols, thumbnail, i, datagram);
            bytes += length;
            if (random.NextDouble() < faults.Loss)
                continue;
            Span<byte> content = datagram.AsSpan(0, length);
            Flip(content[FrameFormat.HeaderBytes..]);
            assembler.Add(content, now);
            if (random.NextDouble() < faults.Duplication)
                assembler.Add(content, now);
        }
        assembler.Advance(now);
        return bytes;
    }

    /// <summary>Flips each bit with the probability of <see cref="MemoryLinkFaults.BitErrors"/>, drawing the distance from one to the next.</summary>
    void Flip(Span<byte> payload)
    {
        if (faults.BitErrors <= 0)
            return;
        double scale = Math.Log(1 - faults.BitErrors);
        for (double bit = Distance(); bit < payload.Length * 8.0; bit += 1 + Distance())
            payload[(int)bit / 8] ^= (byte)(1 << ((int)bit % 8));

        double Distance() => Math.Floor(Math.Log(1 - random.NextDouble()) / scale);
    }

    /// <summary>Hands over what has arrived of unfinished frames.</summary>
    public void Dispose() => assembler.Flush();
}

/// <summary>What a <see cref="MemoryLink"/> does to datagrams.</summary>
sealed record MemoryLinkFaults
{
    /// <summary>Probability that a datagram is lost, 0 to 1.</summary>
    public double Loss { get; init; }

    /// <summary>Probability that a datagram comes twice, 0 to 1.</summary>
    public double Duplication { get; init; }

    /// <summary>Probability that a bit of the payload is flipped, 0 to below 1.</summary>
    public double BitErrors { get; init; }
}
