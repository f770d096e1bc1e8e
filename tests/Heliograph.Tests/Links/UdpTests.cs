using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Heliograph.Links;
using Microsoft.Extensions.Time.Testing;

namespace Heliograph.Tests.Links;

public sealed class UdpTests
{
    static readonly IPEndPoint Loopback = new(IPAddress.Loopback, 0);

    [Theory]
    [InlineData(SampleFormat.Cf32, 8)]
    [InlineData(SampleFormat.Cf32, 1001)]
    [InlineData(SampleFormat.Ci16, 16_384)]
    public async Task Frames_cross_the_loopback(SampleFormat format, int symbolCount)
    {
        var frames = new ConcurrentQueue<Frame>();
        using var receiver = new UdpFrameReceiver(Loopback, Frames.Into(frames));
        using var ending = new CancellationTokenSource();
        Task running = receiver.RunAsync(ending.Token);
        using var sender = new UdpFrameSender(receiver.LocalEndPoint, new FrameWriter(format));
        Thumbnail thumbnail = Frames.Thumbnail(32, 32);
        float[] symbols = Frames.Symbols(symbolCount);
        for (uint i = 0; i < 20; i++)
        {
            Assert.True(sender.Send(Frames.Header(i, label: (int)i), symbols, i % 2 == 0 ? thumbnail : null) > symbolCount * 2);
            await Frames.Until(() => frames.Count == i + 1, $"frame {i} did not arrive");
        }
        await ending.CancelAsync();
        await running;
        Assert.Equal(Enumerable.Range(0, 20), frames.Select(frame => frame.Label!.Value));
        Assert.All(frames, frame => Assert.Equal(frame.Sequence % 2 == 0 ? thumbnail.Rgb : null, frame.Thumbnail?.Rgb));
        float tolerance = format == SampleFormat.Cf32 ? 0 : symbols.Max(MathF.Abs) / 32767 * 0.5001f;
        Assert.All(frames, frame => Assert.True(frame.Symbols.Zip(symbols, (a, b) => MathF.Abs(a - b)).Max() <= tolerance));
        Assert.Equal((20, 0, 0), (receiver.Counters.Frames, receiver.Counters.Lost, receiver.Counters.ErasedSymbols));
    }

    [Fact]
    public async Task A_device_keeps_sending_while_its_server_is_away()
    {
        var frames = new ConcurrentQueue<Frame>();
        IPEndPoint address;
        UdpFrameSender sender;
        uint sent = 0;
        using (var first = new UdpFrameReceiver(Loopback, Frames.Into(frames)))
        {
            address = first.LocalEndPoint;
            sender = new UdpFrameSender(address);
            await ReceiveSome(first);
        }
        using (sender)
        {
            for (int i = 0; i < 20; i++)
            {
                sender.Send(Frames.Header(sent++), Frames.Symbols(8));
                await Task.Delay(1);
            }
            Assert.True(sender.Refused > 0, "the closed port was not noticed");
            using var second = new UdpFrameReceiver(address, Frames.Into(frames));
            await ReceiveSome(second);
            Assert.Equal(0, second.Counters.Lost);
        }

        async Task ReceiveSome(UdpFrameReceiver receiver)
        {
            using var ending = new CancellationTokenSource();
            Task running = receiver.RunAsync(ending.Token);
            int before = frames.Count;
            for (int i = 1; i <= 10; i++)
            {
                sender.Send(Frames.Header(sent++), Frames.Symbols(8));
                await Frames.Until(() => frames.Count == before + i, "a frame did not arrive");
            }
            await ending.CancelAsync();
            await running;
        }
    }

    [Fact]
    public async Task A_full_consumer_loses_frames_and_blocks_nothing()
    {
        var channel = Channel.CreateBounded<Frame>(4);
        using var receiver = new UdpFrameReceiver(Loopback, channel.Writer.TryWrite);
        using var ending = new CancellationTokenSource();
        Task running = receiver.RunAsync(ending.Token);
        using var sender = new UdpFrameSender(receiver.LocalEndPoint);
        for (uint i = 0; i < 10; i++)
            sender.Send(Frames.Header(i), Frames.Symbols(8));
        await Frames.Until(() => receiver.Counters.Frames + receiver.Counters.Dropped == 10, "not all frames were counted");
        await ending.CancelAsync();
        await running;
        Assert.Equal((4, 6), (receiver.Counters.Frames, receiver.Counters.Dropped));
    }

    [Fact]
    public async Task An_unexpected_exception_is_told_and_receiving_goes_on_or_ends_with_it()
    {
        var (frames, told) = (new ConcurrentQueue<Frame>(), new ConcurrentQueue<Exception>());
        bool Deliver(Frame frame)
        {
            if (frame.Sequence == 1)
                throw new InvalidOperationException("a bug");
            frames.Enqueue(frame);
            return true;
        }
        using var receiver = new UdpFrameReceiver(Loopback, Deliver, new() { Failed = told.Enqueue });
        using var plain = new UdpFrameReceiver(Loopback, Deliver);
        using var ending = new CancellationTokenSource();
        Task running = receiver.RunAsync(ending.Token), ends = plain.RunAsync(ending.Token);
        using var sender = new UdpFrameSender(receiver.LocalEndPoint);
        using var other = new UdpFrameSender(plain.LocalEndPoint);
        for (uint i = 0; i < 3; i++)
            sender.Send(Frames.Header(i), Frames.Symbols(8));
        await Frames.Until(() => frames.Count == 2, "the others did not arrive");
        other.Send(Frames.Header(1), Frames.Symbols(8));
        Assert.Equal("a bug", (await Assert.ThrowsAsync<InvalidOperationException>(() => ends.WaitAsync(TimeSpan.FromSeconds(20)))).Message);
        await ending.CancelAsync();
        await running;
        Assert.Equal([0, 2], frames.Select(frame => (int)frame.Sequence));
        Assert.Equal("a bug", Assert.Single(told).Message);
    }

    [Fact]
    public async Task An_incomplete_frame_comes_when_its_time_is_over_and_the_rest_at_the_end()
    {
        var frames = new ConcurrentQueue<Frame>();
        var clock = new FakeTimeProvider();
        using var receiver = new UdpFrameReceiver(Loopback, Frames.Into(frames), new() { Patience = TimeSpan.FromMilliseconds(50), Clock = clock });
        using var ending = new CancellationTokenSource();
        Task running = receiver.RunAsync(ending.Token);
        using var socket = new Socket(SocketType.Dgram, ProtocolType.Udp);
        socket.Connect(receiver.LocalEndPoint);
        socket.Send(new FrameWriter().Datagrams(Frames.Header(0), Frames.Symbols(400))[0]);
        await Frames.Until(() => receiver.Counters[Refusal.None] == 1, "the datagram did not arrive");
        clock.Advance(TimeSpan.FromMilliseconds(49));
        await Task.Delay(50);
        Assert.Empty(frames);
        clock.Advance(TimeSpan.FromMilliseconds(30));
        await Frames.Until(() => frames.Count == 1, "the frame was not handed over");
        Assert.Equal(68, frames.Single().Erased);
        socket.Send(Array.Empty<byte>());
        socket.Send(new byte[60_000]);
        await Frames.Until(() => receiver.Counters[Refusal.Truncated] + receiver.Counters[Refusal.NotAFrame] == 2, "refusals were not counted");
        socket.Send(new FrameWriter().Datagrams(Frames.Header(1), Frames.Symbols(400))[1]);
        await Frames.Until(() => receiver.Counters[Refusal.None] == 2, "the datagram did not arrive");
        await ending.CancelAsync();
        await running;
        Assert.Equal([68, 332], frames.Select(frame => frame.Erased));
    }

    [Fact]
    public void A_taken_address_is_told()
    {
        using var first = new UdpFrameReceiver(Loopback, _ => true);
        var e = Assert.Throws<IOException>(() => new UdpFrameReceiver(first.LocalEndPoint, _ => true));
        Assert.StartsWith($"Cannot listen on udp://{first.LocalEndPoint}: ", e.Message);
    }

    [Fact]
    public void An_address_of_another_machine_is_told()
    {
        var other = new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0);
        var e = Assert.Throws<IOException>(() => new UdpFrameReceiver(other, _ => true));
        Assert.StartsWith("Cannot listen on udp://192.0.2.1:0: ", e.Message);
    }

    [Fact]
    public void An_address_that_cannot_be_sent_to_is_told()
    {
        // A broadcast takes a permission that the sender does not ask for.
        var e = Assert.Throws<IOException>(() => new UdpFrameSender(new IPEndPoint(IPAddress.Broadcast, 8)));
        Assert.StartsWith("Cannot send to udp://255.255.255.255:8: ", e.Message);
    }

    [Fact]
    public void Sending_allocates_nothing()
    {
        using var receiver = new UdpFrameReceiver(Loopback, _ => true);
        using var sender = new UdpFrameSender(receiver.LocalEndPoint);
        float[] symbols = Frames.Symbols(1000);
        FrameHeader header = Frames.Header();
        sender.Send(header, symbols);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
            sender.Send(header, symbols);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("udp://127.0.0.1:99", "127.0.0.1:99")]
    [InlineData("udp://127.0.0.1", "127.0.0.1:7355")]
    [InlineData("udp://[::1]:8/", "[::1]:8")]
    [InlineData("UDP://localhost:8", "127.0.0.1:8")]
    public void Addresses_are_resolved(string address, string expected) => Assert.Equal(expected, UdpAddress.Resolve(address).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("localhost:8")]
    [InlineData("tcp://localhost:8")]
    [InlineData("udp://")]
    [InlineData("udp://:8")]
    [InlineData("udp://localhost:")]
    [InlineData("udp://localhost:0")]
    [InlineData("udp://localhost:65536")]
    [InlineData("udp://localhost:-1")]
    [InlineData("udp://::1:8")]
    [InlineData("udp://localhost:8/path")]
    [InlineData("udp://no-such-host.invalid:8")]
    public void What_is_no_address_is_told(string address)
    {
        var e = Assert.Throws<UsageException>(() => UdpAddress.Resolve(address));
        Assert.Contains($"'{address}'", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(256)]
    [InlineData(5000)]
    public void A_host_whose_name_is_too_long_is_told(int length) => What_is_no_address_is_told($"udp://{new string('a', length)}:8");

    [Theory]
    [InlineData("8", "127.0.0.1:8")]
    [InlineData("0", "127.0.0.1:0")]
    [InlineData("localhost:8", "127.0.0.1:8")]
    [InlineData("*:8", "0.0.0.0:8")]
    [InlineData("10.1.2.3:65535", "10.1.2.3:65535")]
    [InlineData("[::1]:8", "[::1]:8")]
    public void Places_to_listen_are_read(string text, string expected) => Assert.Equal(expected, UdpAddress.Local(text).ToString());

    [Fact]
    public void A_place_to_listen_without_an_address_takes_the_callers()
    {
        Assert.Equal("0.0.0.0:8", UdpAddress.Local("8", IPAddress.Any).ToString());
        Assert.Equal("127.0.0.1:8", UdpAddress.Local("localhost:8", IPAddress.Any).ToString());
        Assert.Equal("10.1.2.3:8", UdpAddress.Local("10.1.2.3:8", IPAddress.Any).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData(":8")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData("127.0.0.1")]
    [InlineData("[::1]")]
    [InlineData("edge:8")]
    [InlineData("udp://127.0.0.1:8")]
    [InlineData("-1")]
    [InlineData(" 8")]
    [InlineData("65536")]
    [InlineData("*:99999999999")]
    public void What_is_no_place_to_listen_is_told(string text)
    {
        var e = Assert.Throws<UsageException>(() => UdpAddress.Local(text));
        Assert.StartsWith($"'{text}' is not an address to listen on", e.Message);
    }
}
