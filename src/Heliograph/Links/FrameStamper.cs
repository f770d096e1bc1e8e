using Heliograph.Pairs;
using Heliograph.Statistics;

namespace Heliograph.Links;

/// <summary>One start of a sender: identifies the stream, counts its frames and stamps them with the time. Not thread-safe.</summary>
public sealed class FrameStamper
{
    readonly TimeProvider clock;
    ulong next;

    /// <summary>Begins a stream with a number that differs from that of any earlier start.</summary>
    /// <param name="device">Who sends.</param>
    /// <param name="clock">The device's clock; null for the system's.</param>
    public FrameStamper(ulong device, TimeProvider? clock = null)
    {
        this.clock = clock ?? TimeProvider.System;
        Device = device;
        // Every start has its own time and process; a device whose clock is reset at each boot still has the time since the boot to the microsecond.
        Stream = (uint)RandomStream.Seed((ulong)Now(), "stream", Environment.ProcessId, Environment.TickCount64);
    }

    /// <summary>Who sends.</summary>
    public ulong Device { get; }

    /// <summary>The stream's name.</summary>
    public uint Stream { get; }

    /// <summary>The header of the next frame, sent now.</summary>
    /// <param name="pair">The pair whose device half made the symbols.</param>
    /// <param name="senderSnrDb">The SNR in dB (docs/snr.md) of noise that the sender adds itself; null when it adds none.</param>
    /// <param name="label">The true class where it is known, 0 or above; else null.</param>
    /// <param name="width">Number of the device half's width where the pair is elastic; else null.</param>
    public FrameHeader Next(PairId pair, float? senderSnrDb = null, int? label = null, byte? width = null) =>
        new(pair, Device, Stream, next++, Now(), senderSnrDb, label, width);

    long Now() => (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
}
