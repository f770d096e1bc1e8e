using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Heliograph.Links;

namespace Heliograph.Tests.Links;

public sealed class AnswerTests
{
    static readonly DeviceKey Key = new([.. Enumerable.Range(0, 32).Select(i => (byte)i)]), Other = new([.. Enumerable.Range(1, 32).Select(i => (byte)i)]);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(10), Short = TimeSpan.FromMilliseconds(100);

    static byte[] Written(in Answer answer, DeviceKey? key = null)
    {
        var buffer = new byte[AnswerFormat.MaxBytes];
        return buffer[..AnswerFormat.Write(answer, key, buffer)];
    }

    [Fact]
    public void What_is_written_is_read_and_nothing_else()
    {
        foreach (var answer in new[] { new Answer(ulong.MaxValue, 7, 9, 0xfeed, 32, -3.5f, 0.25f), new Answer(1, uint.MaxValue, ulong.MaxValue, 0, 0, null, 1) })
        {
            foreach (var key in new[] { null, Key })
            {
                byte[] datagram = Written(answer, key);
                Assert.Equal(Refusal.None, AnswerFormat.Read(datagram, key, out var read));
                Assert.Equal(answer, read);
                for (int bit = 0; bit < 8 * datagram.Length; bit++)
                {
                    byte[] flipped = [.. datagram];
                    flipped[bit / 8] ^= (byte)(1 << bit % 8);
                    Assert.NotEqual(Refusal.None, AnswerFormat.Read(flipped, key, out _));
                }
                Assert.Equal(key is null ? Refusal.Truncated : Refusal.Length, AnswerFormat.Read(datagram.AsSpan(0, datagram.Length - 1), key, out _));
                Assert.Equal(Refusal.Length, AnswerFormat.Read([.. datagram, 0], key, out _));
            }
        }
        Assert.Equal(Refusal.Length, AnswerFormat.Read(Written(default), Key, out _));
        Assert.Equal(Refusal.Unauthenticated, AnswerFormat.Read(Written(default, Other), Key, out _));
        Assert.Equal(Refusal.NotAFrame, AnswerFormat.Read(Frames.DocumentedExample(), null, out _));
        foreach (var answer in new[] { new Answer { Confidence = 1.01f }, new Answer { Confidence = float.NaN }, new Answer { Wish = -1 }, new Answer { SnrDb = 101 } })
            Assert.Throws<ArgumentException>(() => Written(answer));
    }

    [Fact]
    public void The_documented_example_is_written_and_read()
    {
        byte[] documented = Frames.DocumentedExample("## Examples of version 3", 1);
        var answer = new Answer(42, 0x5eed1234, 7, 0x1122334455667788, 0, null, 0.75f);
        Assert.Equal(Convert.ToHexString(documented), Convert.ToHexString(Written(answer)));
        Assert.Equal(Refusal.None, AnswerFormat.Read(documented, null, out var read));
        Assert.Equal(answer, read);
    }

    [Fact]
    public void An_answer_is_shorter_than_the_shortest_question()
    {
        foreach (var key in new[] { null, Key })
        {
            var writer = new FrameWriter(SampleFormat.Ci16, key: key);
            int question = writer.Write(Frames.Header() with { Width = 0 }, [1], null, 0, new byte[writer.DatagramBytes], question: Question.New(1));
            Assert.True(Written(default, key).Length < question);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_right_answer_is_heard_among_others(bool keyed)
    {
        using var edge = new Edge(keyed ? Key : null);
        using var sender = new UdpFrameSender(edge.Address, new FrameWriter(key: keyed ? Key : null));
        var header = Frames.Header(3) with { Width = 1 };
        Question earlier = Question.New(0.5), question = Question.New(0.5);
        Assert.NotEqual(earlier.Nonce, question.Nonce);
        sender.Send(header, [1, 2], null, 0, question);
        var device = edge.Hear();

        var right = new Answer(42, header.Stream, 3, question.Nonce, 32, 4.5f, 0.25f);
        // From another address: the socket does not take it.
        using (var elsewhere = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp))
            elsewhere.SendTo(Written(right, keyed ? Key : null), device);
        byte[][] wrong =
        [
            Written(right with { Nonce = earlier.Nonce }, keyed ? Key : null),   // replayed
            Written(right with { Device = 43 }, keyed ? Key : null),
            Written(right with { Stream = 1 }, keyed ? Key : null),
            Written(right with { Sequence = 4 }, keyed ? Key : null),
            Written(right, keyed ? null : Key),                                  // not signed, or with a MAC that nobody asked for
            Written(right, Other),                                               // forged
            [],
            new byte[1000],
        ];
        foreach (byte[] datagram in wrong)
            edge.Send(datagram, device);
        Assert.Null(sender.Hear(header, question, Short));
        Assert.Equal(wrong.Length, sender.Ignored);
        edge.Send(Written(right, keyed ? Key : null), device);
        Assert.Equal(right, sender.Hear(header, question, Patience));
        // Once.
        Assert.Null(sender.Hear(header, question, TimeSpan.Zero));
    }

    [Fact]
    public async Task Silence_and_floods_hold_a_device_up_no_longer_than_its_patience()
    {
        using var edge = new Edge(null);
        using var sender = new UdpFrameSender(edge.Address);
        var header = Frames.Header() with { Width = 0 };
        var question = Question.New(0.5);
        sender.Send(header, [1, 2], null, 0, question);
        var device = edge.Hear();
        long start = Stopwatch.GetTimestamp();
        Assert.Null(sender.Hear(header, question, Short));
        Assert.InRange(Stopwatch.GetElapsedTime(start), Short * 0.9, TimeSpan.FromSeconds(5));

        using var stop = new CancellationTokenSource();
        var flooding = new TaskCompletionSource();
        // A thread of its own: those of the pool may be busy with other tests.
        var flood = Task.Factory.StartNew(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                edge.Send(new byte[52], device);
                flooding.TrySetResult();
            }
        }, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await flooding.Task;
        start = Stopwatch.GetTimestamp();
        Assert.Null(sender.Hear(header, question, Short));
        Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await stop.CancelAsync();
        await flood;
        Assert.True(sender.Ignored > 0);
    }

    [Fact]
    public async Task The_receiver_answers_to_where_the_question_came_from()
    {
        var heard = new TaskCompletionSource<Frame>();
        using var stop = new CancellationTokenSource();
        using var receiver = new UdpFrameReceiver(new(IPAddress.Loopback, 0), frame => heard.TrySetResult(frame), new() { Keys = _ => Key });
        var running = receiver.RunAsync(stop.Token);
        using var sender = new UdpFrameSender(receiver.LocalEndPoint, new FrameWriter(key: Key));
        var header = Frames.Header(5) with { Width = 1 };
        var question = Question.New(0.8);
        sender.Send(header, Frames.Symbols(500), null, 0, question);
        var frame = await heard.Task.WaitAsync(Patience);
        Assert.True(receiver.Answer(frame, 64, null, 0.75f));
        Assert.Equal(new Answer(42, header.Stream, 5, question.Nonce, 64, null, 0.75f), sender.Hear(header, question, Patience));
        Assert.Throws<ArgumentException>(() => receiver.Answer(Frame.Create(header, [1]), 0, null, 1));
        await stop.CancelAsync();
        await running;
    }

    /// <summary>A bare socket in the edge's place.</summary>
    sealed class Edge : IDisposable
    {
        readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp) { ReceiveTimeout = 10_000 };

        public Edge(DeviceKey? key)
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            this.key = key;
        }

        readonly DeviceKey? key;

        public IPEndPoint Address => (IPEndPoint)socket.LocalEndPoint!;

        /// <summary>Where the next datagram comes from; it is a question.</summary>
        public EndPoint Hear()
        {
            EndPoint from = new IPEndPoint(IPAddress.Any, 0);
            byte[] buffer = new byte[2048];
            int length = socket.ReceiveFrom(buffer, ref from);
            Assert.Equal(Refusal.None, FrameReader.Read(buffer.AsSpan(0, length), 100, 0, out var header, out _));
            Assert.NotNull(header.Question);
            Assert.Equal(key is not null, header.HasMac);
            return from;
        }

        public void Send(byte[] datagram, EndPoint to) => socket.SendTo(datagram, to);

        public void Dispose() => socket.Dispose();
    }
}
