using System.Text.Json;
using Heliograph.Statistics;
using NetMQ;
using NetMQ.Sockets;

namespace Heliograph.Zmq;

/// <summary>
/// Tells readers of a bare stream the true classes of its frames, beside the stream and without its noise: for each frame a message
/// <c>{"stream": 123, "frame": 7, "label": 3}</c> from a PUB socket, before the frame itself. Not thread-safe.
/// </summary>
public sealed class ZmqLabelSink : IDisposable
{
    readonly PublisherSocket socket = new();
    readonly uint stream = (uint)RandomStream.Seed((ulong)DateTime.UtcNow.Ticks, "labels", Environment.ProcessId);

    /// <summary>Binds the socket.</summary>
    /// <param name="address">Such as <c>tcp://127.0.0.1:7358</c>.</param>
    /// <inheritdoc cref="ZmqSampleSink(string, ZmqPattern, SampleStream, TimeSpan?)" path="/exception"/>
    public ZmqLabelSink(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        try
        {
            socket.Options.Linger = TimeSpan.FromSeconds(1);
            ZmqAddress.Bound(socket, longest: 1024, waiting: 64);
            ZmqAddress.Bind(socket, address);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        Address = socket.Options.LastEndpoint ?? address;
    }

    /// <summary>Where it is bound.</summary>
    public string Address { get; }

    /// <summary>Tells of a frame.</summary>
    /// <param name="frame">How many frames were put on the stream before it.</param>
    /// <param name="label">Its true class, or null if unknown.</param>
    public void Send(long frame, int? label) =>
        socket.SendFrame(JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, long?> { ["stream"] = stream, ["frame"] = frame, ["label"] = label }));

    /// <summary>Closes the socket.</summary>
    public void Dispose() => socket.Dispose();
}
