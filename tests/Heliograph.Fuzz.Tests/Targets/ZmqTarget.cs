using System.Runtime.InteropServices;
using Heliograph.Links;
using Heliograph.Pairs;
using Heliograph.Statistics;
using Heliograph.Tests.Links;
using Heliograph.Zmq;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>Messages of a bare stream over ZeroMQ, with and without pilots, and those that tell labels.</summary>
sealed class ZmqTarget : Target
{
    const int Symbols = 9, PilotEvery = 4, LongestLabel = 1024;

    static readonly PairId Pair = new(7);

    readonly ISampleCutter[] cutters;
    readonly ZmqLabelSource labels = new("tcp://127.0.0.1:9");
    long frames;

    public ZmqTarget()
    {
        cutters = [new SampleCutter(new(Pair, Symbols), false, Take), new SampleCutter(new(Pair, Symbols), true, Take), new PilotCutter(new(Pair, Symbols, PilotEvery), false, Take)];
        var pilot = new Pilot(Pair, (Symbols + 1) / 2);
        float[] stream = [.. Enumerable.Range(0, 3).SelectMany(number => (float[])[.. pilot.Symbols(number), .. Frames.Symbols((Symbols + 1) * PilotEvery, number)])];
        Corpus = [MemoryMarshal.AsBytes<float>(stream).ToArray(), MemoryMarshal.AsBytes<float>(Frames.Symbols(2 * (Symbols + 1))).ToArray(), "{\"stream\":5,\"frame\":17,\"label\":3}"u8.ToArray()];
    }

    public override string Name => "zeromq";

    public override IReadOnlyList<byte[]> Corpus { get; }

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random)
    {
        byte[] changed = IsText(origin) ? TextChanges.Change(origin, pool, random) : ByteChanges.Change(origin, pool, random);
        // Longer ones end the connection before they are here.
        return changed.Length <= ZmqSampleSource.MaximumMessageBytes ? changed : changed[..ZmqSampleSource.MaximumMessageBytes];
    }

    public override byte[] Pack(byte[] changed, RandomStream random) => IsText(changed) || random.NextInt(4) == 0 ? changed : changed[..(changed.Length / SampleStream.SampleBytes * SampleStream.SampleBytes)];

    public override void Read(byte[] input)
    {
        if (IsText(input) && input.Length <= LongestLabel && labels.Take(input))
        {
            // Of a frame that is due: one that is not would be waited for.
            _ = labels.Of(0, 0, 1 << 16);
        }
        foreach (ISampleCutter cutter in cutters)
            _ = cutter.Add(input);
    }

    public override bool Refuses(Exception error) => false;

    public override void Finish(long inputs) => Assert.True(frames > inputs, $"{frames} frames of {inputs} messages");

    protected override void Close() => labels.Dispose();

    static bool IsText(byte[] input) => input is [(byte)'{', ..];

    void Take(float[] symbols, int erased, (int Pilot, int Place) at) => Take(symbols, erased);

    void Take(float[] symbols, int erased)
    {
        frames++;
        if (symbols.Any(symbol => !(MathF.Abs(symbol) <= FrameFormat.MaxMagnitude)) || erased > symbols.Length)
            throw new InvalidOperationException("a symbol is out of its range");
    }
}
