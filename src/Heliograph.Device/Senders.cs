using Heliograph.Links;

namespace Heliograph.Device;

/// <summary>Where frames go: the link, a recording, both, or nowhere.</summary>
sealed class Senders : IDisposable
{
    readonly IFrameSender? link;
    readonly string? record;
    IFrameSender? recording;

    public Senders(string? to, string? record, SampleFormat format)
    {
        link = to is null ? null : new UdpFrameSender(UdpAddress.Resolve(to), new FrameWriter(format));
        this.record = record;
    }

    /// <summary>Sends to all; gives the bytes on the link.</summary>
    public int Send(in FrameHeader header, ReadOnlySpan<float> symbols, Thumbnail? thumbnail)
    {
        // Begun by the first frame: whatever fails before leaves no empty recording, over which the next attempt would stumble.
        if (record is not null)
            (recording ??= new SigmfRecorder(record)).Send(header, symbols);
        return link?.Send(header, symbols, thumbnail) ?? 0;
    }

    public void Dispose()
    {
        link?.Dispose();
        recording?.Dispose();
    }
}
