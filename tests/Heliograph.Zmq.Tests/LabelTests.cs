using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Heliograph.Links;
using Heliograph.Pairs;

namespace Heliograph.Zmq.Tests;

public sealed class LabelTests
{
    static readonly PairId Pair = new(7);

    static byte[] Text(string message) => Encoding.UTF8.GetBytes(message);

    /// <summary>Relay and server share the order: also when the server joins late, and when the relay starts anew.</summary>
    [Fact]
    public async Task Labels_travel_beside_the_stream_to_a_reader_that_joins_late()
    {
        var stream = new SampleStream(Pair, 64, PilotEvery: 4);
        using var sink = new ZmqSampleSink("tcp://127.0.0.1:0", ZmqPattern.PubSub, stream);
        using var labels = new ZmqLabelSink("tcp://127.0.0.1:0");
        using var relay = new Relay(new IPEndPoint(IPAddress.Loopback, 0), sink, labels: labels);
        using var ending = new CancellationTokenSource();
        Task relaying = relay.RunAsync(ending.Token);
        using var sender = new UdpFrameSender(relay.LocalEndPoint);
        var stamper = new FrameStamper(1);
        // Nobody reads the first; more than the pilots' numbers tell apart.
        for (int i = 0; i < 150; i++)
            await Send(i);

        var frames = new ConcurrentQueue<Frame>();
        using var told = new ZmqLabelSource(labels.Address);
        using var source = new ZmqSampleSource(sink.Address, ZmqPattern.PubSub, stream, frame => { frames.Enqueue(frame); return true; }, new() { Labels = told });
        Task[] reading = [told.RunAsync(ending.Token), source.RunAsync(ending.Token)];
        for (int i = 150; i < 400; i++)
            await Send(i);
        for (int waited = 0; frames.Count < 100 && waited < 500; waited++)
            await Task.Delay(10);
        await ending.CancelAsync();
        await Task.WhenAll([relaying, .. reading]);
        Assert.Equal(StreamStep.InStep, source.State.Step);
        var labelled = frames.Where(frame => frame.Label is not null).ToArray();
        Assert.InRange(labelled.Length, 100, 250);
        Assert.All(labelled, frame => Assert.Equal(frame.Label! % 1000, (int)frame.Symbols[5]));

        async Task Send(int i)
        {
            float[] symbols = new float[64];
            symbols[5] = i % 1000;
            sender.Send(stamper.Next(Pair, label: i % 7 == 3 ? null : i), symbols);
            await Task.Delay(i < 150 ? 1 : 4);
        }
    }

    [Fact]
    public void A_relay_that_starts_anew_takes_its_old_labels_with_it()
    {
        using var source = new ZmqLabelSource("tcp://127.0.0.1:1");
        for (int i = 0; i < 40; i++)
            Assert.True(source.Take(Text($$"""{"stream":1,"frame":{{i}},"label":{{i}}}""")));
        Assert.Equal(39, source.Of(3, 9, every: 10));
        Assert.Equal(12, source.Of(1, 2, every: 10));
        Assert.True(source.Take(Text("""{"stream":2,"frame":0,"label":null}""")));
        Assert.Null(source.Of(0, 0, every: 10));
        Assert.Null(source.Of(1, 2, every: 10));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("3")]
    [InlineData("{\"stream\":1}")]
    [InlineData("{\"stream\":1,\"frame\":-1,\"label\":3}")]
    [InlineData("{\"stream\":1,\"frame\":1e300,\"label\":3}")]
    [InlineData("{\"stream\":1,\"frame\":9223372036854775807,\"label\":3}")]
    [InlineData("{\"stream\":1,\"frame\":1,\"label\":4294967296}")]
    [InlineData("{\"stream\":\"1\",\"frame\":1,\"label\":3}")]
    [InlineData("{\"stream\":1,\"frame\":1,\"label\":3,\"\\ud800\":1}")]
    public void What_is_no_label_is_refused(string message)
    {
        using var source = new ZmqLabelSource("tcp://127.0.0.1:1");
        Assert.False(source.Take(Text(message)));
        Assert.Null(source.Of(0, 1, every: 8));
    }
}
