namespace Heliograph.Links;

/// <summary>What a receiver takes, and for how long it waits.</summary>
public sealed record AssemblerOptions
{
    /// <summary>
    /// Says of a header that was read whether such frames are wanted: <see cref="Refusal.None"/>, or why not. Asked before anything is kept of
    /// the datagram or its device. Null takes all.
    /// </summary>
    public Func<DatagramHeader, Refusal>? Admit { get; init; }

    /// <summary>The key of a device, or null for a device without one; the MAC of a device with a key is verified before anything is kept.</summary>
    public Func<ulong, DeviceKey?>? Keys { get; init; }

    /// <summary>The greatest B, 1 or above.</summary>
    public int MaxSymbols { get; init; } = 65_536;

    /// <summary>The greatest thumbnail in pixels; 0 takes none.</summary>
    public int MaxThumbnailPixels { get; init; } = 128 * 128;

    /// <summary>The most devices that are known at once; a new one takes another's place (<see cref="DeviceTable{T}"/>).</summary>
    public int MaxDevices { get; init; } = 1024;

    /// <summary>The most frames of all devices that wait for their other datagrams. With <see cref="MaxSymbols"/> this bounds the memory.</summary>
    public int MaxFrames { get; init; } = 64;

    /// <summary>The most frames of one device that wait for their other datagrams.</summary>
    public int MaxFramesPerDevice { get; init; } = 4;

    /// <summary>How long a frame waits for its other datagrams before what is missing is erased.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a device that is silent is remembered: until then a stream of it that is not newer than the last one is refused, then any
    /// stream is taken.
    /// </summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What time it is for a receiver; an assembler is told.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
