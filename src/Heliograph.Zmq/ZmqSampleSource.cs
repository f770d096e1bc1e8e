using Heliograph.Links;
using NetMQ;
using NetMQ.Sockets;

namespace Heliograph.Zmq;

/// <summary>
/// Reads frames from a bare stream of complex samples, such as GNU Radio's "ZMQ PUSH Sink" and "ZMQ PUB Sink" send: it connects a PULL or SUB
/// socket. Where the other end is not there yet, or goes and comes back, it waits for it.
/// </summary>
public sealed class ZmqSampleSource : IDisposable
{
    /// <summary>The longest message that is taken. A peer that declares a longer one is disconnected before memory is allocated for it.</summary>
    public const int MaximumMessageBytes = 4 << 20;

    // With the longest message this bounds the memory of what waits to be read.
    internal const int MessagesWaiting = 64;

    static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);

    readonly NetMQSocket socket;
    readonly ZmqSampleSourceOptions options;
    readonly PartsWithoutEnd parts;
    readonly ISampleCutter cutter;
    readonly FrameStamper stamper;
    long frames, dropped, refused;
    StreamState state = new(StreamStep.Unknown);

    /// <summary>Connects: what arrives from now on is kept until <see cref="RunAsync"/> reads it.</summary>
    /// <param name="address">Where the other end is bound, such as <c>tcp://127.0.0.1:7356</c>.</param>
    /// <param name="pattern">PULL from a PUSH sink or SUB to a PUB sink.</param>
    /// <param name="stream">What is on the stream.</param>
    /// <param name="deliver">Receives a frame and returns at once; false means that it has no room, which is counted.</param>
    /// <param name="options">How it is read; null for the defaults.</param>
    /// <exception cref="UsageException">The address is none, or its host is not known.</exception>
    /// <exception cref="IOException">The address cannot be reached.</exception>
    public ZmqSampleSource(
        string address, ZmqPattern pattern, SampleStream stream, Func<Frame, bool> deliver, ZmqSampleSourceOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(deliver);
        this.options = options ?? new();
        stamper = new(this.options.Device, this.options.Clock);
        cutter = stream.PilotEvery > 0
            ? new PilotCutter(stream, this.options.WholeFrames, (symbols, erased, at) => Deliver(symbols, erased, this.options.Labels?.Of(at.Pilot, at.Place, stream.PilotEvery)))
            : new SampleCutter(stream, this.options.WholeFrames, (symbols, erased) => Deliver(symbols, erased, null));
        socket = pattern == ZmqPattern.PushPull ? new PullSocket() : new SubscriberSocket();
        try
        {
            ZmqAddress.Bound(socket, MaximumMessageBytes, MessagesWaiting);
            ZmqAddress.Connect(socket, address);
            (socket as SubscriberSocket)?.SubscribeToAnyTopic();
        }
        catch
        {
            socket.Dispose();
            throw;
        }
        parts = new(socket, address);
        state = cutter.State;

        void Deliver(float[] symbols, int erased, int? label)
        {
            if (deliver(Frame.Create(stamper.Next(stream.Pair, label: label), symbols, erased)))
                Interlocked.Increment(ref frames);
            else
                Interlocked.Increment(ref dropped);
        }
    }

    /// <summary>What the stream's pilots show; without pilots nothing.</summary>
    public StreamState State => Volatile.Read(ref state);

    /// <summary>Frames delivered.</summary>
    public long Frames => Interlocked.Read(ref frames);

    /// <summary>Frames that found their consumer full.</summary>
    public long Dropped => Interlocked.Read(ref dropped);

    /// <summary>Messages refused.</summary>
    public long Refused => Interlocked.Read(ref refused);

    /// <summary>Reads until cancelled, on its own thread. Call it once.</summary>
    /// <param name="cancellation">Ends it; this is not an error.</param>
    public Task RunAsync(CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Run(cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    void Run(CancellationToken cancellation)
    {
        long heard = options.Clock.GetTimestamp();
        var message = new Msg();
        message.InitEmpty();
        try
        {
            while (!cancellation.IsCancellationRequested)
            {
                if (parts.GivenUp(ref message))
                {
                    cutter.Clear();
                    Refuse(PartsWithoutEnd.Refused);
                    continue;
                }
                if (!socket.TryReceive(ref message, Poll))
                    continue;
                if (options.Silence is { } silence && options.Clock.GetElapsedTime(heard) > silence)
                    cutter.Clear();
                heard = options.Clock.GetTimestamp();
                string? wrong = cutter.Add(message.Slice());
                Volatile.Write(ref state, cutter.State);
                if (wrong is { } reason)
                    Refuse(reason);
            }
        }
        finally
        {
            message.Close();
        }
    }

    void Refuse(string reason)
    {
        Interlocked.Increment(ref refused);
        options.Refused?.Invoke(reason);
    }

    /// <summary>Closes the socket. End <see cref="RunAsync"/> first.</summary>
    public void Dispose() => socket.Dispose();
}
