namespace Heliograph.Links;

/// <summary>What a receiver takes, and for how long it waits.</summary>
public sealed record AssemblerOptions
{
    /// <summary>The devices that may send; null lets every device send.</summary>
    public IReadOnlySet<ulong>? Devices { get; init; }

    /// <summary>The greatest B, 1 or above.</summary>
    public int MaxSymbols { get; init; } = 65_536;

    /// <summary>The greatest thumbnail in pixels; 0 takes none.</summary>
    public int MaxThumbnailPixels { get; init; } = 128 * 128;

    /// <summary>The most devices that are known at once.</summary>
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
}
