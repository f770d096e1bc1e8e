using System.Collections.Concurrent;
using System.Net;
using Heliograph.Links;
using Heliograph.Pairs;
using Microsoft.Extensions.Time.Testing;
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
        bool met = condition();
        for (int i = 0; i < 1000 && !met; i++)
        {
            await Task.Delay(10);
            met = condition();
        }
        Assert.True(met, $"{frames.Count} frames came");
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
        var clock = new FakeTimeProvider();
        string address;
        using var ending = new CancellationTokenSource();
        Task running;
        ZmqSampleSource source;
        using (var first = new PushSocket())
        {
            address = $"tcp://127.0.0.1:{first.BindRandomPort("tcp://127.0.0.1")}";
            source = new ZmqSampleSource(
                address, ZmqPattern.PushPull, Stream, Take, new() { Silence = TimeSpan.FromSeconds(1), Refused = told.Enqueue, Clock = clock });
            running = source.RunAsync(ending.Token);
            first.SendFrame(new byte[13]);
            first.SendFrame(new byte[24 + 16]);
            await Until(() => frames.Count == 1);
        }
        clock.Advance(TimeSpan.FromSeconds(1.1));
        using var second = new PushSocket();
        // The first one's thread gives the port back.
        await Until(() => Bind(second, address));
        second.SendFrame(new byte[48]);
        await Until(() => frames.Count == 3);
        await ending.CancelAsync();
        await running;
        source.Dispose();
        Assert.Contains("13 bytes", Assert.Single(told), StringComparison.Ordinal);
    }

    static bool Bind(PushSocket socket, string address)
    {
        try
        {
            socket.Bind(address);
            return true;
        }
        catch (AddressAlreadyInUseException)
        {
            return false;
        }
    }

    [Fact]
    public async Task A_relay_that_is_ended_does_not_wait_for_a_reader_frame_by_frame()
    {
        using var sink = new ZmqSampleSink("tcp://127.0.0.1:0", ZmqPattern.PushPull, Stream, TimeSpan.FromSeconds(1));
        using var relay = new Relay(new IPEndPoint(IPAddress.Loopback, 0), sink);
        using var ending = new CancellationTokenSource();
        Task running = relay.RunAsync(ending.Token);
        using var sender = new UdpFrameSender(relay.LocalEndPoint);
        var stamper = new FrameStamper(1);
        for (int i = 0; i < 20; i++)
            sender.Send(stamper.Next(Pair), [i, 1, 2, 3, 4]);
        await Until(() => relay.Counters.Frames == 20);
        await ending.CancelAsync();
        await running;
        // One was waiting; where the machine is busy, a few had waited before.
        Assert.InRange(sink.Dropped, 1, 10);
        Assert.Equal(20, sink.Dropped + relay.Left);
        Assert.Equal(0, sink.Frames);
    }

    [Theory]
    [InlineData("127.0.0.1:7356")]
    [InlineData("tcp://127.0.0.1")]
    [InlineData("tcp://127.0.0.1:port")]
    [InlineData("tcp://127.0.0.1:70000")]
    [InlineData("tcp://127.0.0.1:99999999999")]
    [InlineData("tcp://no-such-host.invalid:7356")]
    public void What_is_no_address_is_told(string address)
    {
        foreach (var pattern in Enum.GetValues<ZmqPattern>())
        {
            Assert.Contains($"'{address}'", Assert.Throws<UsageException>(() => new ZmqSampleSink(address, pattern, Stream)).Message, StringComparison.Ordinal);
            Assert.Contains($"'{address}'", Assert.Throws<UsageException>(() => new ZmqSampleSource(address, pattern, Stream, Take)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void An_address_that_is_taken_or_of_another_machine_is_told()
    {
        using var sink = new ZmqSampleSink("tcp://127.0.0.1:0", ZmqPattern.PushPull, Stream);
        foreach (string address in new[] { sink.Address, "tcp://192.0.2.1:7356" })
        {
            string message = Assert.Throws<IOException>(() => new ZmqSampleSink(address, ZmqPattern.PushPull, Stream)).Message;
            // And the reason, in words.
            Assert.Matches($@"^Cannot listen on {address}: \w.+\.$", message);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(65_537)]
    public void A_stream_with_more_or_fewer_symbols_than_a_frame_can_have_is_refused(int symbols) => Assert.Equal(
        $"a stream of samples carries 1 to 65536 symbols an image, not {symbols}",
        Assert.Throws<UsageException>(() => new SampleStream(Pair, symbols)).Message);
}
