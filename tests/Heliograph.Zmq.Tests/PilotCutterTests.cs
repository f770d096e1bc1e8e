using System.Runtime.InteropServices;
using Heliograph.Channels;
using Heliograph.Pairs;
using Heliograph.Statistics;

namespace Heliograph.Zmq.Tests;

public sealed class PilotCutterTests
{
    const int Every = 8;

    static readonly PairId Pair = new(0xcbdec4f45f1a0f1b);

    readonly List<(float[] Symbols, int Pilot, int Place)> frames = [];

    PilotCutter Cutter(int symbols) => new(new SampleStream(Pair, symbols, Every), false, (received, _, at) => frames.Add((received, at.Pilot, at.Place)));

    static float[] Symbols(int count, int frame)
    {
        var random = new RandomStream(1, "symbols", frame);
        float[] symbols = [.. Enumerable.Range(0, count).Select(_ => (float)random.NextGaussian())];
        float power = MathF.Sqrt(symbols.Sum(x => x * x) / count);
        return [.. symbols.Select(x => x / power)];
    }

    /// <summary>What a sender puts on the stream: a pilot before every eighth frame, frames of whole samples.</summary>
    static float[] Stream(int symbols, int first, int count)
    {
        var pilot = new Pilot(Pair, (symbols + 1) / 2);
        var values = new List<float>();
        for (int i = first; i < first + count; i++)
        {
            if (i % Every == 0)
                values.AddRange(pilot.Symbols(i / Every % Pilot.Numbers));
            values.AddRange(Symbols(symbols, i));
            if (symbols % 2 == 1)
                values.Add(0);
        }
        return [.. values];
    }

    static float[] Noisy(float[] values, double decibels)
    {
        float[] received = [.. values];
        new AwgnChannel().Transmit(received, Snr.FromDecibels(decibels), new RandomStream(3, "noise"));
        return received;
    }

    /// <summary>In messages of any length, as GNU Radio's blocks cut them.</summary>
    static void Send(PilotCutter cutter, ReadOnlySpan<float> values)
    {
        var random = new RandomStream(5, "messages");
        while (!values.IsEmpty)
        {
            int length = Math.Min(2 * (1 + random.NextInt(300)), values.Length);
            Assert.Null(cutter.Add(MemoryMarshal.AsBytes(values[..length])));
            values = values[length..];
        }
    }

    void AssertFrames(int symbols, IEnumerable<int> expected, double decibels)
    {
        Assert.Equal(expected.Select(i => (i / Every % Pilot.Numbers, i % Every)), frames.Select(frame => (frame.Pilot, frame.Place)));
        foreach (var (i, frame) in expected.Zip(frames))
        {
            double difference = Symbols(symbols, i).Zip(frame.Symbols, (x, y) => (y - x) * (double)(y - x)).Average();
            // Frames out of place differ by 2 and the noise; a frame of 5 symbols has noise of 4 times its variance now and then.
            if (decibels > 6 || symbols > 60)
                Assert.InRange(difference, 0, Math.Pow(10, -decibels / 10) * (symbols > 60 ? 2 : 8) + 1e-9);
        }
    }

    [Theory]
    [InlineData(64, 100, 0)]
    [InlineData(64, 0, 0)]
    [InlineData(64, -6, 0)]
    [InlineData(64, 10, 7)]
    [InlineData(64, 0, 1)]
    [InlineData(63, 4, 33)]
    [InlineData(5, 10, 2)]
    [InlineData(2048, 0, 1000)]
    [InlineData(2048, -6, 5)]
    public void A_stream_that_begins_with_other_samples_is_cut_where_frames_begin(int symbols, double decibels, int foreign)
    {
        PilotCutter cutter = Cutter(symbols);
        var random = new RandomStream(9, "foreign");
        float[] before = [.. Enumerable.Range(0, 2 * foreign).Select(_ => (float)random.NextGaussian())];
        Send(cutter, Noisy([.. before, .. Stream(symbols, 0, 40)], decibels));
        AssertFrames(symbols, Enumerable.Range(0, 40), decibels);
        Assert.Equal((StreamStep.InStep, 5, 0), (cutter.State.Step, cutter.State.Pilots, cutter.State.Slips));
        double expected = 1 / Math.Sqrt(1 + Math.Pow(10, -decibels / 10));
        Assert.InRange(cutter.State.Correlation, expected - 0.2, expected + 0.2);
        Assert.InRange(cutter.State.Gain, 0.75, 1.25);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(31)]
    public void Samples_that_are_added_or_lost_are_noticed_at_the_next_pilot(int samples)
    {
        const int B = 64;
        PilotCutter cutter = Cutter(B);
        float[] stream = Noisy(Stream(B, 0, 64), 10);
        int at = (4 * B * 2 + 11 * B) & ~1;   // in the twelfth frame, two pilots of four frames before it
        Send(cutter, [.. stream[..at], .. new float[2 * samples], .. stream[at..]]);
        Assert.Equal((StreamStep.InStep, 1), (cutter.State.Step, cutter.State.Slips));
        // What was cut before it was noticed is wrong; all after it is right again.
        int[] right = [.. frames.Where(frame => IsIts(frame)).Select(frame => frame.Pilot * Every + frame.Place)];
        Assert.Equal([.. Enumerable.Range(0, 11), .. Enumerable.Range(16, 48)], right);

        frames.Clear();
        cutter = Cutter(B);
        Send(cutter, [.. stream[..at], .. stream[(at + 2 * samples)..]]);
        Assert.Equal((StreamStep.InStep, 1), (cutter.State.Step, cutter.State.Slips));
        // The pilot whose begin was taken for a frame is lost with the frames behind it.
        right = [.. frames.Where(frame => IsIts(frame)).Select(frame => frame.Pilot * Every + frame.Place)];
        Assert.Equal([.. Enumerable.Range(0, 11), .. Enumerable.Range(24, 40)], right);

        bool IsIts((float[] Symbols, int Pilot, int Place) frame) =>
            Symbols(B, frame.Pilot * Every + frame.Place).Zip(frame.Symbols, (x, y) => (y - x) * (double)(y - x)).Average() < 0.3;
    }

    [Fact]
    public void Without_pilots_nothing_is_handed_over()
    {
        PilotCutter cutter = Cutter(64);
        var random = new RandomStream(9, "foreign");
        Send(cutter, [.. Enumerable.Range(0, 200_000).Select(_ => (float)random.NextGaussian())]);
        Assert.Empty(frames);
        Assert.Equal(StreamStep.Searching, cutter.State.Step);
        Assert.InRange(cutter.State.Searched, 99_000, 100_000);
    }

    [Fact]
    public void Gain_and_phase_are_measured()
    {
        PilotCutter cutter = Cutter(64);
        float[] stream = Stream(64, 0, 9);
        for (int i = 0; i < stream.Length; i += 2)
            (stream[i], stream[i + 1]) = (-0.1f * stream[i + 1], 0.1f * stream[i]);
        Send(cutter, stream);
        Assert.Equal(StreamStep.InStep, cutter.State.Step);
        Assert.Equal(0.1, cutter.State.Gain, 1e-5);
        Assert.Equal(90, cutter.State.PhaseDegrees, 1e-3);
        Assert.Equal(1, cutter.State.Correlation, 1e-5);
    }

    [Fact]
    public void Numbers_that_are_none_do_no_harm()
    {
        PilotCutter cutter = Cutter(64);
        Send(cutter, [.. Enumerable.Repeat(float.NaN, 3000), .. Enumerable.Repeat(float.MaxValue, 3000), .. new float[3000], .. Stream(64, 16, 8)]);
        AssertFrames(64, Enumerable.Range(16, 8), 100);
    }
}
