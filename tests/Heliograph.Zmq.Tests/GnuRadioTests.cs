using System.Collections.Concurrent;
using Heliograph.Channels;
using Heliograph.Links;
using Heliograph.Pairs;
using Heliograph.Statistics;
using Heliograph.Tests;

namespace Heliograph.Zmq.Tests;

/// <summary>Symbols through the real GNU Radio.</summary>
public sealed class GnuRadioTests
{
    const int SymbolCount = 63;   // odd: 32 samples, the last Q is 0

    static readonly PairId Pair = new(0xabc);

    [SkippableTheory]
    [InlineData(0.0, ZmqPattern.PushPull, 1)]
    [InlineData(14.5, ZmqPattern.PushPull, 32)]
    [InlineData(14.5, ZmqPattern.PubSub, 32)]
    public async Task The_channel_adds_the_noise_that_was_asked_for_and_keeps_frames_in_place(double decibels, ZmqPattern pattern, int vector)
    {
        GnuRadioChannel.SkipWithout();
        const int Count = 4000;
        var snr = Snr.FromDecibels(decibels);
        var stream = new SampleStream(Pair, SymbolCount);
        var frames = new ConcurrentQueue<Frame>();
        using var sink = new ZmqSampleSink("tcp://127.0.0.1:0", pattern, stream, TimeSpan.FromSeconds(10));
        using GnuRadioChannel channel = GnuRadioChannel.Start(sink.Address, snr, pattern, vector);
        using var source = new ZmqSampleSource(
            channel.Output, pattern, stream, frame => { frames.Enqueue(frame); return true; }, new() { WholeFrames = vector > 1 });
        using var ending = new CancellationTokenSource();
        Task running = source.RunAsync(ending.Token);
        if (pattern == ZmqPattern.PubSub)
            await Task.Delay(1000);   // a publisher knows its subscribers only after a while

        var stamper = new FrameStamper(1);
        // The channel keeps the last samples until others follow.
        for (int i = 0; i < Count + 1; i++)
        {
            sink.Send(stamper.Next(Pair), Symbols(i));
            if (pattern == ZmqPattern.PubSub && i % 100 == 99)
                for (int waited = 0; frames.Count < i - 10 && waited < 500; waited++)
                    await Task.Delay(10);   // a publisher does not wait for those who are slow
        }
        for (int waited = 0; frames.Count < Count && waited < 2000; waited++)
            await Task.Delay(10);
        await ending.CancelAsync();
        await running;

        Frame[] received = [.. frames.Take(Count)];
        Assert.Equal(Count, received.Length);
        Assert.Equal((0, 0), (source.Refused, sink.Dropped));
        double signal = 0, noise = 0;
        for (int i = 0; i < Count; i++)
        {
            float[] sent = Symbols(i);
            double difference = sent.Zip(received[i].Symbols, (x, y) => (double)(y - x) * (y - x)).Sum();
            // 63 draws with 4 times the expected power do not happen by chance; frames that are not in place differ by 1 + 1 + σ² each.
            if (decibels > 10)
                Assert.True(difference / SymbolCount < 4 * snr.NoiseVariance, $"frame {i} is not in its place");
            noise += difference;
            signal += sent.Sum(x => (double)x * x);
        }
        Assert.InRange(10 * Math.Log10(signal / noise), decibels - 0.1, decibels + 0.1);
    }

    static float[] Symbols(int frame)
    {
        var random = new RandomStream(1, "symbols", frame);
        var symbols = new float[SymbolCount];
        double power = 0;
        for (int i = 0; i < symbols.Length; i++)
        {
            symbols[i] = (float)random.NextGaussian();
            power += symbols[i] * symbols[i] / symbols.Length;
        }
        for (int i = 0; i < symbols.Length; i++)
            symbols[i] /= (float)Math.Sqrt(power);
        return symbols;
    }
}
