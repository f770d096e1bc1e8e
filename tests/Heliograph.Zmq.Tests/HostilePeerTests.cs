using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Heliograph.Links;
using Heliograph.Pairs;
using NetMQ;
using NetMQ.Sockets;

namespace Heliograph.Zmq.Tests;

/// <summary>Tests that measure what the process allocates: no other runs beside them.</summary>
[CollectionDefinition(nameof(MeasuredMemory), DisableParallelization = true)]
public sealed class MeasuredMemory;

/// <summary>Peers that speak ZeroMQ's protocol (ZMTP 3.0, rfc.zeromq.org/spec/23) byte by byte, and declare messages that they never send.</summary>
[Collection(nameof(MeasuredMemory))]
public sealed class HostilePeerTests
{
    static readonly SampleStream Stream = new(new PairId(7), 4);

    public static TheoryData<long> Lengths => [5_000_000, 2_000_000_000, int.MaxValue, 1L << 40, long.MaxValue];

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task A_source_gives_no_memory_to_a_declared_length_and_goes_on(long length)
    {
        var frames = new ConcurrentQueue<Frame>();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var source = new ZmqSampleSource($"tcp://127.0.0.1:{port}", ZmqPattern.PushPull, Stream, frame => { frames.Enqueue(frame); return true; });
        using var ending = new CancellationTokenSource();
        Task running = source.RunAsync(ending.Token);
        using (var peer = await listener.AcceptTcpClientAsync())
            await Declare(peer, "PUSH", length);
        listener.Stop();
        // Whoever binds there next is read: the program lives.
        using var good = new PushSocket();
        good.Bind($"tcp://127.0.0.1:{port}");
        good.SendFrame(new byte[16]);
        for (int i = 0; i < 1000 && frames.IsEmpty; i++)
            await Task.Delay(10);
        await ending.CancelAsync();
        await running;
        Assert.Single(frames);
    }

    [Theory]
    [InlineData(ZmqPattern.PushPull, "PULL", 2_000_000_000)]
    [InlineData(ZmqPattern.PubSub, "SUB", 2_000_000_000)]
    [InlineData(ZmqPattern.PubSub, "SUB", int.MaxValue)]
    [InlineData(ZmqPattern.PubSub, "SUB", 5_000)]
    public async Task A_sink_neither(ZmqPattern pattern, string type, long length)
    {
        using var sink = new ZmqSampleSink("tcp://127.0.0.1:0", pattern, Stream, TimeSpan.FromSeconds(5));
        using (var peer = new TcpClient())
        {
            await peer.ConnectAsync(IPEndPoint.Parse(sink.Address["tcp://".Length..]));
            await Declare(peer, type, length);
        }
        using var socket = pattern == ZmqPattern.PushPull ? (NetMQSocket)new PullSocket(">" + sink.Address) : new SubscriberSocket(">" + sink.Address);
        (socket as SubscriberSocket)?.SubscribeToAnyTopic();
        var stamper = new FrameStamper(1);
        byte[]? received = null;
        for (int i = 0; i < 100 && received is null; i++)
        {
            sink.Send(stamper.Next(Stream.Pair), [1, 2, 3, 4]);
            socket.TryReceiveFrameBytes(TimeSpan.FromMilliseconds(100), out received);
        }
        Assert.Equal(16, received?.Length);
    }

    /// <summary>ZeroMQ's own bounds are on parts and on whole messages.</summary>
    [Theory]
    [InlineData(1 << 20)]
    [InlineData(0)]
    public async Task A_source_leaves_a_peer_whose_message_has_parts_without_end_and_goes_on(int length)
    {
        var frames = new ConcurrentQueue<Frame>();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;
        using var source = new ZmqSampleSource($"tcp://127.0.0.1:{port}", ZmqPattern.PushPull, Stream, frame => { frames.Enqueue(frame); return true; });
        using var ending = new CancellationTokenSource();
        Task running = source.RunAsync(ending.Token);
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        long before = process.PeakWorkingSet64, sent = 0;
        using (var peer = await listener.AcceptTcpClientAsync())
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
            var stream = await ShakeHands(peer, "PUSH", patience.Token);
            // "More follows", in either form of a length.
            byte[] part = length > 255 ? [3, 0, 0, 0, 0, .. BitConverter.GetBytes(BinaryPrimitives.ReverseEndianness(length)), .. new byte[length]] : [1, (byte)length, .. new byte[length]];
            byte[] many = [.. Enumerable.Repeat(part, Math.Max(1, (1 << 20) / part.Length)).SelectMany(bytes => bytes)];
            try
            {
                for (; sent < 8L << 30; sent += many.Length)
                    await stream.WriteAsync(many, patience.Token);
            }
            catch (IOException)
            {
                // Left.
            }
        }
        listener.Stop();
        process.Refresh();
        Assert.InRange(process.PeakWorkingSet64 - before, 0, 1L << 30);
        using var good = new PushSocket();
        good.Bind($"tcp://127.0.0.1:{port}");
        for (int i = 0; i < 1000 && frames.IsEmpty; i++)
        {
            good.TrySendFrame(new byte[16]);
            await Task.Delay(10);
        }
        await ending.CancelAsync();
        await running;
        Assert.True(source.Refused > 0, $"{sent} bytes were taken");
        Assert.NotEmpty(frames);
    }

    /// <summary>Shakes hands, declares a message of a length, and waits until the other end hangs up.</summary>
    static async Task Declare(TcpClient peer, string type, long length)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var stream = await ShakeHands(peer, type, patience.Token);
        long before = GC.GetTotalAllocatedBytes();
        byte[] header = new byte[9];
        header[0] = 2;
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(1), length);
        await stream.WriteAsync((byte[])[.. header, .. new byte[100]], patience.Token);
        byte[] answer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(answer, patience.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // It hung up at once.
        }
        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 4_000_000);
    }

    static async Task<NetworkStream> ShakeHands(TcpClient peer, string type, CancellationToken patience)
    {
        var stream = peer.GetStream();
        byte[] greeting = new byte[64];
        (greeting[0], greeting[8], greeting[9], greeting[10]) = (0xff, 1, 0x7f, 3);
        "NULL"u8.CopyTo(greeting.AsSpan(12));
        await stream.WriteAsync(greeting, patience);
        byte[] ready = [5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, (byte)type.Length, .. Encoding.ASCII.GetBytes(type)];
        await stream.WriteAsync((byte[])[4, (byte)ready.Length, .. ready], patience);
        byte[] answer = new byte[4096];
        for (int read = 0; read < 64 + 10;)
            read += await stream.ReadAsync(answer, patience) is > 0 and var some ? some : throw new EndOfStreamException("the other end hung up in the handshake");
        return stream;
    }
}
