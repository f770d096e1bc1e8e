using System.Net;
using System.Threading.Channels;
using Heliograph.Links;

namespace Heliograph.Zmq;

/// <summary>
/// Carries frames that devices send over UDP to a bare stream of samples, for ZeroMQ has no place in the device's native program. Frames of
/// another pair or length than the stream are refused and counted; erased symbols are passed on as 0.
/// </summary>
public sealed class Relay : IDisposable
{
    const int Waiting = 64;

    readonly Channel<Frame> frames = Channel.CreateBounded<Frame>(new BoundedChannelOptions(Waiting) { SingleReader = true, SingleWriter = true });
    readonly UdpFrameReceiver receiver;
    readonly ZmqSampleSink sink;
    readonly ZmqLabelSink? labels;

    /// <summary>Binds the UDP socket.</summary>
    /// <param name="local">Where devices send to; port 0 takes a free one.</param>
    /// <param name="sink">Where the samples go; it stays the caller's.</param>
    /// <param name="options">What is accepted; null for the defaults.</param>
    /// <param name="labels">Where the frames' labels go, beside the stream; null for nowhere. It stays the caller's.</param>
    /// <exception cref="IOException">The address is in use or does not belong to this machine.</exception>
    public Relay(IPEndPoint local, ZmqSampleSink sink, AssemblerOptions? options = null, ZmqLabelSink? labels = null)
    {
        ArgumentNullException.ThrowIfNull(sink);
        this.sink = sink;
        this.labels = labels;
        receiver = new(local, frames.Writer.TryWrite, options);
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint LocalEndPoint => receiver.LocalEndPoint;

    /// <summary>What was counted of what arrived.</summary>
    public LinkCounters Counters => receiver.Counters;

    /// <summary>Frames that still waited when it ended, since no reader took the one before them.</summary>
    public long Left { get; private set; }

    /// <summary>Carries frames until cancelled, and then those that wait, as long as a reader takes them. Call it once.</summary>
    /// <param name="cancellation">Ends it; this is not an error.</param>
    public async Task RunAsync(CancellationToken cancellation)
    {
        Task receiving = ReceiveAsync(cancellation);
        await foreach (Frame frame in frames.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            long dropped = sink.Dropped;
            // Before the frame, so that it is known when the frame arrives; of a frame that is dropped the next takes the place.
            labels?.Send(sink.Frames, frame.Label);
            sink.Send(frame.Header, frame.Symbols);
            // Without a reader each frame would take the sink's whole patience.
            if (cancellation.IsCancellationRequested && sink.Dropped > dropped)
                break;
        }
        await receiving.ConfigureAwait(false);
        while (frames.Reader.TryRead(out _))
            Left++;
    }

    async Task ReceiveAsync(CancellationToken cancellation)
    {
        try
        {
            await receiver.RunAsync(cancellation).ConfigureAwait(false);
        }
        finally
        {
            frames.Writer.Complete();
        }
    }

    /// <summary>Closes the UDP socket.</summary>
    public void Dispose() => receiver.Dispose();
}
