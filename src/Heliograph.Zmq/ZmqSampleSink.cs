using System.Buffers.Binary;
using Heliograph.Links;
using NetMQ;
using NetMQ.Sockets;

namespace Heliograph.Zmq;

/// <summary>
/// Sends frames as a bare stream of complex samples, one message each, such as GNU Radio's "ZMQ PULL Source" and "ZMQ SUB Source" read: it binds
/// a PUSH or PUB socket. Not thread-safe.
/// </summary>
public sealed class ZmqSampleSink : IFrameSender
{
    // All that a reader may send: a topic to subscribe to.
    const int LongestSubscription = 1024;

    readonly NetMQSocket socket;
    readonly SampleStream stream;
    readonly TimeSpan patience;
    readonly Pilot? pilot;

    /// <summary>Binds the socket.</summary>
    /// <param name="address">Such as <c>tcp://127.0.0.1:7356</c>.</param>
    /// <param name="pattern">PUSH or PUB.</param>
    /// <param name="stream">What is on the stream.</param>
    /// <param name="patience">How long PUSH waits for a reader that is slow or not there before a frame is dropped; null for 100 ms.</param>
    /// <exception cref="UsageException">The address is none, or its host is not known.</exception>
    /// <exception cref="IOException">The address is taken, not this machine's, or not allowed.</exception>
    public ZmqSampleSink(string address, ZmqPattern pattern, SampleStream stream, TimeSpan? patience = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(stream);
        this.stream = stream;
        pilot = stream.PilotEvery > 0 ? new(stream.Pair, stream.FrameBytes / SampleStream.SampleBytes) : null;
        this.patience = patience ?? TimeSpan.FromMilliseconds(100);
        socket = pattern == ZmqPattern.PushPull ? new PushSocket() : new PublisherSocket();
        try
        {
            socket.Options.Linger = TimeSpan.FromSeconds(1);
            ZmqAddress.Bound(socket, LongestSubscription, waiting: 64);
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

    /// <summary>Frames given to ZeroMQ.</summary>
    public long Frames { get; private set; }

    /// <summary>Frames dropped, for no reader took them in time.</summary>
    public long Dropped { get; private set; }

    /// <summary>Frames refused because their pair or length differs from the stream's.</summary>
    public long Refused { get; private set; }

    /// <inheritdoc/>
    public int Send(in FrameHeader header, ReadOnlySpan<float> symbols, Thumbnail? thumbnail = null)
    {
        if (header.Pair != stream.Pair || symbols.Length != stream.SymbolCount)
        {
            Refused++;
            return 0;
        }
        // In one message: a pilot is never without the frame that follows it.
        var known = pilot is not null && Frames % stream.PilotEvery == 0 ? pilot.Symbols((int)(Frames / stream.PilotEvery % Pilot.Numbers)) : default;
        int pilotBytes = known.Length * sizeof(float);
        var message = new Msg();
        message.InitPool(pilotBytes + stream.FrameBytes);
        try
        {
            Span<byte> bytes = message.Slice();
            bytes.Clear();
            Write(known, bytes);
            Write(symbols, bytes[pilotBytes..]);
            if (socket.TrySend(ref message, patience, more: false))
            {
                Frames++;
                return stream.FrameBytes;
            }
            Dropped++;
            return 0;
        }
        finally
        {
            message.Close();
        }
    }

    static void Write(ReadOnlySpan<float> symbols, Span<byte> bytes)
    {
        for (int i = 0; i < symbols.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes[(i * sizeof(float))..], symbols[i]);
    }

    /// <summary>Closes the socket; what is queued has a second to leave.</summary>
    public void Dispose() => socket.Dispose();
}
