using System.Runtime.InteropServices;
using Heliograph.Pairs;
using Heliograph.Statistics;

namespace Heliograph.Zmq.Tests;

public sealed class SampleCutterTests
{
    readonly List<float[]> frames = [];

    SampleCutter Cutter(int symbolCount, bool wholeFrames = false) =>
        new(new SampleStream(new PairId(1), symbolCount), wholeFrames, (symbols, _) => frames.Add(symbols));

    static byte[] Samples(int count, int first = 0) =>
        MemoryMarshal.AsBytes<float>(Enumerable.Range(2 * first, 2 * count).Select(i => i % 1000 + 0.5f).ToArray()).ToArray();

    [Theory]
    [InlineData(8)]
    [InlineData(7)]
    [InlineData(1)]
    public void Messages_of_any_length_give_the_same_frames(int symbolCount)
    {
        byte[] stream = Samples(400);
        SampleCutter cutter = Cutter(symbolCount);
        var random = new RandomStream(1, "messages", symbolCount);
        for (int at = 0; at < stream.Length;)
        {
            int length = Math.Min(8 * random.NextInt(30), stream.Length - at);
            Assert.Null(cutter.Add(stream.AsSpan(at, length)));
            at += length;
        }
        int samples = (symbolCount + 1) / 2;
        Assert.Equal(400 / samples, frames.Count);
        for (int i = 0; i < frames.Count; i++)
            Assert.Equal(Enumerable.Range(2 * i * samples, symbolCount).Select(s => s % 1000 + 0.5f), frames[i]);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(12)]
    [InlineData(8001)]
    public void A_message_of_no_whole_samples_is_refused_and_what_was_begun_forgotten(int length)
    {
        SampleCutter cutter = Cutter(8);
        cutter.Add(Samples(3));
        Assert.Contains($"A message of {length} bytes does not hold a whole number of complex samples", cutter.Add(new byte[length]), StringComparison.Ordinal);
        Assert.Null(cutter.Add(Samples(4)));
        Assert.Equal([0.5f, 1.5f, 2.5f, 3.5f, 4.5f, 5.5f, 6.5f, 7.5f], Assert.Single(frames));
    }

    [Fact]
    public void Where_messages_hold_whole_frames_others_are_refused()
    {
        SampleCutter cutter = Cutter(8, wholeFrames: true);
        Assert.Null(cutter.Add(Samples(8)));
        Assert.Contains("vectors of 4 samples", cutter.Add(Samples(6)), StringComparison.Ordinal);
        Assert.Null(cutter.Add(Samples(4)));
        Assert.Equal(3, frames.Count);
        Assert.Equal(0.5f, frames[2][0]);
    }

    [Fact]
    public void What_is_no_sensible_number_is_erased()
    {
        int erased = 0;
        var cutter = new SampleCutter(new SampleStream(new PairId(1), 3), false, (symbols, count) => { frames.Add(symbols); erased += count; });
        cutter.Add(MemoryMarshal.AsBytes<float>([float.NaN, 1e30f, -2, float.NaN]));
        Assert.Equal([0, 0, -2], Assert.Single(frames));
        Assert.Equal(2, erased);
    }
}
