namespace Heliograph.Zmq;

/// <summary>How a <see cref="ZmqSampleSource"/> reads.</summary>
public sealed record ZmqSampleSourceOptions
{
    /// <summary>The device id given to the frames.</summary>
    public ulong Device { get; init; }

    /// <summary>
    /// Whether each message must hold whole frames, as GNU Radio's blocks send them with a vector length of ⌈B/2⌉. Then a lost message does not
    /// shift the frames after it. Otherwise messages are cut and joined as they come, and the stream must begin at a frame's begin and lose nothing.
    /// </summary>
    public bool WholeFrames { get; init; }

    /// <summary>After a silence of this length an unfinished frame is dropped, so that a restarted sender is read from its start; null: never.</summary>
    public TimeSpan? Silence { get; init; }

    /// <summary>By which silences are measured and frames are stamped.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Where true classes come from, for a stream with pilots; null for frames without labels. It stays the caller's.</summary>
    public ZmqLabelSource? Labels { get; init; }

    /// <summary>Called with a description of each refused message.</summary>
    public Action<string>? Refused { get; init; }
}
