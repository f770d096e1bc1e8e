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

/// <summary>Peers that speak ZeroMQ's protocol (ZMTP 3.0, rfc.zeromq.org/spec/23) byte by byte, and declare messages that they never send.</summary>
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

    /// <summary>Shakes hands, declares a message of a length, and waits until the other end hangs up.</summary>
    static async Task Declare(TcpClient peer, string type, long length)
    {
        var stream = peer.GetStream();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        byte[] greeting = new byte[64];
        (greeting[0], greeting[8], greeting[9], greeting[10]) = (0xff, 1, 0x7f, 3);
        "NULL"u8.CopyTo(greeting.AsSpan(12));
        await stream.WriteAsync(greeting, patience.Token);
        byte[] ready = [5, .. "READY"u8, 11, .. "Socket-Type"u8, 0, 0, 0, (byte)type.Length, .. Encoding.ASCII.GetBytes(type)];
        await stream.WriteAsync((byte[])[4, (byte)ready.Length, .. ready], patience.Token);
        byte[] answer = new byte[4096];
        for (int read = 0; read < 64 + 10;)
            read += await stream.ReadAsync(answer, patience.Token) is > 0 and var some ? some : throw new EndOfStreamException("the other end hung up in the handshake");

        long before = GC.GetTotalAllocatedBytes();
        byte[] header = new byte[9];
        header[0] = 2;
        BinaryPrimitives.WriteInt64BigEndian(header.AsSpan(1), length);
        await stream.WriteAsync((byte[])[.. header, .. new byte[100]], patience.Token);
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
}
