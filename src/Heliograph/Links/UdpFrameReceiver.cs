using System.Net;
using System.Net.Sockets;

namespace Heliograph.Links;

/// <summary>Receives frames over UDP and hands them over. A consumer that is full loses frames, which is counted; it never blocks the socket.</summary>
public sealed class UdpFrameReceiver : IDisposable
{
    const int ReceiveBufferBytes = 4 << 20;

    readonly Socket socket;
    readonly FrameAssembler assembler;
    readonly TimeSpan tick;
    readonly TimeProvider clock;

    /// <summary>Binds the socket: what arrives from now on is kept by the system until <see cref="RunAsync"/> reads it.</summary>
    /// <param name="local">Where to listen; port 0 takes a free one.</param>
    /// <param name="deliver">
    /// Takes a frame, at once; says false when it has no room. <c>channel.Writer.TryWrite</c> of a bounded channel in its mode Wait fits.
    /// </param>
    /// <param name="options">What is taken; null for the defaults.</param>
    /// <exception cref="IOException">The address is taken or not this machine's.</exception>
    public UdpFrameReceiver(IPEndPoint local, Func<Frame, bool> deliver, AssemblerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(local);
        options ??= new();
        assembler = new(deliver, options);
        clock = options.Clock;
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

    /// <summary>What was counted.</summary>
    public LinkCounters Counters => assembler.Counters;

    /// <summary>Receives until cancelled, then hands over what has arrived of unfinished frames and returns. Call it once.</summary>
    /// <param name="cancellation">Ends it; that is no error.</param>
    // A thread of its own: in the thread pool a datagram would wait behind whatever else the program does, and the system's buffer is short.
    public Task RunAsync(CancellationToken cancellation) =>
        Task.Factory.StartNew(() => Receive(cancellation), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    void Receive(CancellationToken cancellation)
    {
        byte[] buffer = GC.AllocateUninitializedArray<byte>(FrameFormat.MaxDatagramBytes + 1, pinned: true);
        TimeSpan next = default;
        while (!cancellation.IsCancellationRequested)
        {
            int length = socket.Receive(buffer, SocketFlags.None, out SocketError error);
            switch (error)
            {
                case SocketError.Success:
                    assembler.Add(buffer.AsSpan(0, length), Now());
                    break;
                case SocketError.WouldBlock:
                    socket.Poll(tick, SelectMode.SelectRead);
                    break;
                default:
                    // Somebody else's closed port, or a network that went down: it may come back, so go on, but not in a busy loop.
                    assembler.Counters.CountSocketError();
                    Thread.Sleep(1);
                    break;
            }
            TimeSpan now = Now();
            if (now < next)
                continue;
            assembler.Advance(now);
            next = now + tick;
        }
        assembler.Flush();
    }

    TimeSpan Now() => clock.GetElapsedTime(0);

    /// <summary>Closes the socket. End <see cref="RunAsync"/> first.</summary>
    public void Dispose() => socket.Dispose();
}
