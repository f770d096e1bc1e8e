using System.Collections.Concurrent;
using System.Net;
using Heliograph.Links;
using Heliograph.Pairs;
using NetMQ;
using NetMQ.Sockets;

namespace Heliograph.Zmq.Tests;

public sealed class ZmqTests
{
    static readonly PairId Pair = new(7);
    static readonly SampleStream Stream = new(Pair, 5);

    readonly ConcurrentQueue<Frame> frames = new();

    bool Take(Frame frame)
    {
        frames.Enqueue(frame);
        return true;
    }

    async Task Until(Func<bool> condition)
    {
        for (int i = 0; i < 1000 && !condition(); i++)
            await Task.Delay(10);
        Assert.True(condition(), $"{frames.Count} frames came");
    }

    [Fact]
    public async Task From_a_device_over_the_relay_and_the_stream_to_the_edge()
    {
        using var sink = new ZmqSampleSink("tcp://127.0.0.1:0", ZmqPattern.PushPull, Stream);
        using var relay = new Relay(new IPEndPoint(IPAddress.Loopback, 0), sink);
        using var source = new ZmqSampleSource(sink.Address, ZmqPattern.PushPull, Stream, Take, new() { Device = 99 });
        using var ending = new CancellationTokenSource();
        Task[] running = [relay.RunAsync(ending.Token), source.RunAsync(ending.Token)];
        using var sender = new UdpFrameSender(relay.LocalEndPoint);
        var stamper = new FrameStamper(1);
        for (int i = 0; i < 50; i++)
            sender.Send(stamper.Next(Pair), [i, 1, 2, 3, 4]);
        sender.Send(stamper.Next(new PairId(8)), [100, 1, 2, 3, 4]);
        sender.Send(stamper.Next(Pair), [100, 1, 2, 3]);
        sender.Send(stamper.Next(Pair), [50, 1, 2, 3, 4]);
        await Until(() => frames.Count == 51);
        await ending.CancelAsync();
        await Task.WhenAll(running);
        Assert.Equal(2, sink.Refused);
        Assert.Equal(53, relay.Counters.Frames);
        Assert.Equal(Enumerable.Range(0, 51).Select(i => $"{i} 1 2 3 4"), frames.Select(frame => string.Join(' ', frame.Symbols)));
        Assert.Equal(Enumerable.Range(0, 51).Select(i => (ulong)i), frames.Select(frame => frame.Sequence));
        Assert.All(frames, frame => Assert.Equal((Pair, 99UL, 0), (frame.Pair, frame.Device, frame.Erased)));
    }

    /// <summary>The bytes are those that GNU Radio's blocks expect: floats I, Q, I, Q … and nothing else.</summary>
    [Fact]
    public void A_message_is_bare_samples()
    {
        using var sink = new ZmqSampleSink("tcp://127.0.0.1:0", ZmqPattern.PushPull, Stream, TimeSpan.FromSeconds(5));
        using var socket = new PullSocket();
        socket.Connect(sink.Address);
        Assert.Equal(24, sink.Send(new FrameStamper(1).Next(Pair), [1, -0.5f, 0.25f, 2, -2]));
        List<byte[]> parts = socket.ReceiveMultipartBytes();
        Assert.Equal("0000803F000000BF0000803E00000040000000C000000000", Convert.ToHexString(Assert.Single(parts)));
    }

    [Fact]
    public void Without_a_reader_frames_are_dropped_in_time()
    {
        using var sink = new ZmqSampleSink("tcp://127.0.0.1:0", ZmqPattern.PushPull, Stream, TimeSpan.FromMilliseconds(20));
        Assert.Equal(0, sink.Send(new FrameStamper(1).Next(Pair), [1, 2, 3, 4, 5]));
        Assert.Equal((0, 1), (sink.Frames, sink.Dropped));
    }

    [Fact]
    public async Task A_sender_that_goes_and_comes_back_is_read_from_its_begin_and_bad_messages_are_told()
    {
        var told = new ConcurrentQueue<string>();
        string address;
        using var ending = new CancellationTokenSource();
        Task running;
        ZmqSampleSource source;
        using (var first = new PushSocket())
        {
            address = $"tcp://127.0.0.1:{first.BindRandomPort("tcp://127.0.0.1")}";
            source = new ZmqSampleSource(
                address, ZmqPattern.PushPull, Stream, Take, new() { Silence = TimeSpan.FromMilliseconds(200), Refused = told.Enqueue });
            running = source.RunAsync(ending.Token);
            first.SendFrame(new byte[13]);
            first.SendFrame(new byte[24 + 16]);
            await Until(() => frames.Count == 1);
        }
        await Task.Delay(500);
        using var second = new PushSocket();
        second.Bind(address);
        second.SendFrame(new byte[48]);
        await Until(() => frames.Count == 3);
        await ending.CancelAsync();
        await running;
        source.Dispose();
        Assert.Contains("13 bytes", Assert.Single(told), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_address_is_told_and_a_taken_one_too()
    {
        Assert.Throws<UsageException>(() => new ZmqSampleSink("127.0.0.1:7356", ZmqPattern.PushPull, Stream));
        Assert.Throws<UsageException>(() => new ZmqSampleSink("tcp://127.0.0.1", ZmqPattern.PubSub, Stream));
        using var sink = new ZmqSampleSink("tcp://127.0.0.1:0", ZmqPattern.PushPull, Stream);
        Assert.Throws<IOException>(() => new ZmqSampleSink(sink.Address, ZmqPattern.PushPull, Stream));
    }

    [Fact]
    public void A_source_with_no_address_is_refused() => Assert.Throws<UsageException>(
        () => new ZmqSampleSource("nowhere", ZmqPattern.PubSub, Stream, Take));
}
