using Heliograph.Links;

namespace Heliograph.Device;

/// <summary>Where frames go: the link, a recording, both, or nowhere.</summary>
sealed class Senders : IDisposable
{
    readonly IFrameSender? link;
    readonly IFrameSender? recording;

    Senders(IFrameSender? link, IFrameSender? recording) => (this.link, this.recording) = (link, recording);

    public static Senders Open(string? to, string? record, SampleFormat format)
    {
        IFrameSender? link = to is null ? null : new UdpFrameSender(UdpAddress.Resolve(to), new FrameWriter(format));
        try
        {
            return new(link, record is null ? null : new SigmfRecorder(record));
        }
        catch
        {
            link?.Dispose();
            throw;
        }
    }

    /// <summary>Sends to all; gives the bytes on the link.</summary>
    public int Send(in FrameHeader header, ReadOnlySpan<float> symbols, Thumbnail? thumbnail)
    {
        recording?.Send(header, symbols);
        return link?.Send(header, symbols, thumbnail) ?? 0;
    }

    public void Dispose()
    {
        link?.Dispose();
        recording?.Dispose();
    }
}
