namespace Heliograph.Links;

/// <summary>What a receiver accepts, and how long it waits.</summary>
public sealed record AssemblerOptions
{
    /// <summary>
    /// Decides from a header whether a frame is wanted: <see cref="Refusal.None"/>, or why not. Called before anything is kept of
    /// the datagram or its device. Null accepts all.
    /// </summary>
    public Func<DatagramHeader, Refusal>? Admit { get; init; }

    /// <summary>The key of a device, or null for a device without one; if a device has a key, the MAC is verified before anything is kept.</summary>
    public Func<ulong, DeviceKey?>? Keys { get; init; }

    /// <summary>The largest B, 1 or above.</summary>
    public int MaxSymbols { get; init; } = 65_536;

    /// <summary>The largest thumbnail in pixels; 0 accepts none.</summary>
    public int MaxThumbnailPixels { get; init; } = 128 * 128;

    /// <summary>The maximum number of devices known at once; beyond it a new one replaces another (<see cref="DeviceTable{T}"/>).</summary>
    public int MaxDevices { get; init; } = 1024;

    /// <summary>The maximum number of frames, of all devices, that wait for further datagrams. With <see cref="MaxSymbols"/> this bounds the memory.</summary>
    public int MaxFrames { get; init; } = 64;

    /// <summary>The maximum number of frames of one device that wait for further datagrams.</summary>
    public int MaxFramesPerDevice { get; init; } = 4;

    /// <summary>
    /// The maximum number of delivered frames, of all devices, that are kept because their device has asked about them and may send more of their symbols; 0 keeps none.
    /// With <see cref="MaxSymbols"/> this bounds the memory.
    /// </summary>
    public int MaxKept { get; init; } = 64;

    /// <summary>The maximum number of them of one device.</summary>
    public int MaxKeptPerDevice { get; init; } = 2;

    /// <summary>How long they are kept.</summary>
    public TimeSpan Keeping { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a frame waits for further datagrams before the missing symbols are erased.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// How long a device that is silent is remembered: until then a stream of it that is not newer than the last one is refused, then any
    /// stream is taken.
    /// </summary>
    public TimeSpan Memory { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Told of an exception that nobody expects, such as one from a function given to the receiver: the datagram is lost, and receiving goes on. Null: receiving ends with it.
    /// </summary>
    public Action<Exception>? Failed { get; init; }

    /// <summary>The clock of a receiver; an assembler gets the time with each call.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
