namespace Heliograph.Links;

/// <summary>Where a device's frames go: a network, a recording, a stream of samples.</summary>
public interface IFrameSender : IDisposable
{
    /// <summary>Sends the symbols of one image. Losses on the link are not errors.</summary>
    /// <param name="header">The frame's header.</param>
    /// <param name="symbols">B symbols.</param>
    /// <param name="thumbnail">A picture to go with them, or null.</param>
    /// <returns>Bytes sent, headers included.</returns>
    /// <exception cref="IOException">The link cannot send at all: a file cannot be written, a socket is broken.</exception>
    int Send(in FrameHeader header, ReadOnlySpan<float> symbols, Thumbnail? thumbnail = null);
}
