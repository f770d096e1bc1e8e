namespace Heliograph.Links;

/// <summary>Where a device's frames go: a network, a recording, a stream of samples.</summary>
public interface IFrameSender : IDisposable
{
    /// <summary>Sends the symbols of one image. What a link loses is no error.</summary>
    /// <param name="header">What is said about them.</param>
    /// <param name="symbols">B symbols.</param>
    /// <param name="thumbnail">A picture to go with them, or null.</param>
    /// <returns>Bytes sent, headers included.</returns>
    /// <exception cref="IOException">The link can never send: a file cannot be written, a socket is broken.</exception>
    int Send(in FrameHeader header, ReadOnlySpan<float> symbols, Thumbnail? thumbnail = null);
}
