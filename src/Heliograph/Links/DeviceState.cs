namespace Heliograph.Links;

/// <summary>What a receiver remembers of a device.</summary>
sealed class DeviceState(ulong device, bool hasKey)
{
    public ulong Device { get; } = device;

    /// <summary>Whether everything accepted from it had the MAC of its key.</summary>
    public bool HasKey { get; } = hasKey;

    public Standing Standing { get; set; }

    public uint Stream { get; private set; }

    /// <summary>Of the frame with the highest sequence number in the stream.</summary>
    public long NewestSent { get; private set; } = long.MinValue;

    public ulong NewestSequence { get; private set; }

    public TimeSpan LastHeard { get; set; }

    public ReplayWindow Window { get; private set; } = new();

    /// <summary>In the order of their first datagrams.</summary>
    public List<FrameInAssembly> Assembling { get; } = [];

    public void Begin(uint stream)
    {
        Stream = stream;
        Window = new();
        NewestSequence = 0;
        NewestSent = long.MinValue;
    }

    public void Note(in FrameHeader frame)
    {
        if (frame.Sequence >= NewestSequence)
            (NewestSequence, NewestSent) = (frame.Sequence, frame.SentMicroseconds);
    }
}
