using Heliograph.Links;

namespace Heliograph.Device;

/// <summary>Where frames go: the link, a recording, both, or nowhere.</summary>
sealed class Senders : IDisposable
{
    // Long enough for an answer from a machine nearby; others are not waited for.
    static readonly TimeSpan Answer = TimeSpan.FromMilliseconds(50);

    readonly UdpFrameSender? link;
    readonly string? record;
    IFrameSender? recording;

    public Senders(string? to, string? record, SampleFormat format, DeviceKey? key)
    {
        link = to is null ? null : new UdpFrameSender(UdpAddress.Resolve(to), new FrameWriter(format, key: key));
        this.record = record;
    }

    /// <summary>The link, or null for a dry run.</summary>
    public UdpFrameSender? Link => link;

    /// <summary>Sends to all; gives the bytes on the link.</summary>
    public int Send(in FrameHeader header, ReadOnlySpan<float> symbols, Thumbnail? thumbnail)
    {
        Record(header, symbols);
        return link?.Send(header, symbols, thumbnail) ?? 0;
    }

    /// <summary>Records what is sent, if that is asked for.</summary>
    public void Record(in FrameHeader header, ReadOnlySpan<float> symbols)
    {
        // Begun by the first frame: whatever fails before leaves no empty recording, over which the next attempt would stumble.
        if (record is not null)
            (recording ??= new SigmfRecorder(record)).Send(header, symbols);
    }

    /// <summary>Whether the system has reported that nobody listens where datagrams go.</summary>
    public bool Refused => RefusedDatagrams > 0;

    /// <summary>How often it has; about the number of refused datagrams.</summary>
    public long RefusedDatagrams => link?.Refused ?? 0;

    /// <summary>Why the last datagram could not be sent; null if it could.</summary>
    public string? Failure => link?.Failure;

    /// <summary>How many could not.</summary>
    public long FailedDatagrams => link?.Failed ?? 0;

    /// <summary>Datagrams given to the network.</summary>
    public long Datagrams => link?.Sent ?? 0;

    /// <summary>Whether the last datagram was refused, if the system soon learns of it.</summary>
    public bool FinallyRefused() => link?.HearRefusal(Answer) ?? false;

    public void Dispose()
    {
        link?.Dispose();
        recording?.Dispose();
    }
}
