using System.Net;
using System.Net.Sockets;

namespace Heliograph.Links;

/// <summary>Receives frames over UDP, delivers them, and answers what devices ask. A consumer that is full loses frames, which are counted; it never blocks the socket.</summary>
public sealed class UdpFrameReceiver : IDisposable
{
    const int ReceiveBufferBytes = 4 << 20;

    readonly Socket socket;
    readonly FrameAssembler assembler;
    readonly Func<ulong, DeviceKey?>? keys;
    readonly TimeSpan tick;
    readonly TimeProvider clock;
    readonly Action<Exception>? failed;

    /// <summary>Binds the socket: the system keeps what arrives from now on until <see cref="RunAsync"/> reads it.</summary>
    /// <param name="local">Where to listen; port 0 takes a free one.</param>
    /// <param name="deliver">
    /// Receives a frame and returns at once; false means that it has no room. <c>channel.Writer.TryWrite</c> of a bounded channel in mode Wait fits.
    /// </param>
    /// <param name="options">What is accepted; null for the defaults.</param>
    /// <exception cref="IOException">The address is in use or does not belong to this machine.</exception>
    public UdpFrameReceiver(IPEndPoint local, Func<Frame, bool> deliver, AssemblerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(local);
        options ??= new();
        assembler = new(deliver, options);
        clock = options.Clock;
        keys = options.Keys;
        failed = options.Failed;
        tick = TimeSpan.FromTicks(Math.Max(options.Patience.Ticks / 4, TimeSpan.TicksPerMillisecond));
        try
        {
            socket = new Socket(local.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            socket.Bind(local);
            socket.ReceiveBufferSize = ReceiveBufferBytes;
            socket.Blocking = false;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            string why = e.SocketErrorCode == SocketError.AddressAlreadyInUse ? "the port is in use; port 0 takes any free one" : e.Message;
            throw new IOException($"Cannot listen on udp://{local}: {why}.", e);
        }
        LocalEndPoint = (IPEndPoint)socket.LocalEndPoint!;
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint LocalEndPoint { get; }

    /// <inheritdoc cref="FrameAssembler.MaxSymbols"/>
    public int MaxSymbols
    {
        get => assembler.MaxSymbols;
        set => assembler.MaxSymbols = value;
    }

    /// <summary>The counters.</summary>
    public LinkCounters Counters => assembler.Counters;

    /// <summary>Receives until cancelled, then delivers what has arrived of unfinished frames and returns. Call it once. An exception that nobody expects ends it unless <see cref="AssemblerOptions.Failed"/> is given.</summary>
    /// <param name="cancellation">Ends it; this is not an error.</param>
    // Its own thread: in the thread pool a datagram would wait for whatever else the program does, and the system's buffer is small.
    public Task RunAsync(CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Receive(cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>
    /// Answers the question of a frame, with the device's key if there is one: one datagram, shorter than the question, to where that came from. What cannot be sent at once
    /// is not sent: a device does without an answer. Any thread may call it.
    /// </summary>
    /// <param name="frame">A frame that this receiver delivered, with a question.</param>
    /// <param name="wish">See <see cref="Answer"/>.</param>
    /// <param name="snrDb">See <see cref="Answer"/>.</param>
    /// <param name="confidence">See <see cref="Answer"/>.</param>
    /// <returns>Whether it was sent.</returns>
    /// <exception cref="ArgumentException">The frame asks nothing, or a value is out of its range.</exception>
    public bool Answer(Frame frame, int wish, float? snrDb, float confidence)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (frame is not { Question: { } question, Source: { } source })
            throw new ArgumentException("The frame asks nothing.", nameof(frame));
        Span<byte> datagram = stackalloc byte[AnswerFormat.MaxBytes];
        int length = AnswerFormat.Write(new(frame.Device, frame.Stream, frame.Sequence, question.Nonce, wish, snrDb, confidence), keys?.Invoke(frame.Device), datagram);
        try
        {
            return socket.SendTo(datagram[..length], SocketFlags.None, source) == length;
        }
        catch (SocketException)
        {
            // An address that cannot be reached, or a full buffer.
            return false;
        }
    }

    void Receive(CancellationToken cancellation)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(FrameFormat.MaxDatagramBytes + 1, pinned: true);
        var source = new SocketAddress(socket.AddressFamily);
        TimeSpan next = default;
        while (!cancellation.IsCancellationRequested)
        {
            try
            {
                ReceiveOne(buffer, source);
                TimeSpan now = Now();
                if (now < next)
                    continue;
                next = now + tick;
                assembler.Advance(now);
            }
            catch (Exception e) when (failed is not null)
            {
                failed(e);
            }
        }
        assembler.Flush();
    }

    void ReceiveOne(byte[] buffer, SocketAddress source)
    {
        try
        {
            // Asked first: a socket without a datagram would throw.
            if (!socket.Poll(tick, SelectMode.SelectRead))
                return;
            int length = socket.ReceiveFrom(buffer, SocketFlags.None, source);
            assembler.Add(buffer.AsSpan(0, length), Now(), source);
        }
        catch (SocketException e)
        {
            // Someone else's closed port, or a network that is down: it may come back, so continue, but not in a busy loop.
            if (e.SocketErrorCode != SocketError.WouldBlock)
                assembler.Counters.CountSocketError();
            Thread.Sleep(1);
        }
    }

    TimeSpan Now() => clock.GetElapsedTime(0);

    /// <summary>Closes the socket. End <see cref="RunAsync"/> first.</summary>
    public void Dispose() => socket.Dispose();
}
