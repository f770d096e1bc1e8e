using System.Diagnostics;
using Heliograph.Statistics;

namespace Heliograph.Runtime.Benchmarks;

/// <summary>
/// Time of one image, the encoder and ONNX Runtime in turns within each round, so that a busy machine burdens both; medians over the rounds,
/// the median and the least of the rounds' ratios, and the ratio of the best times. Both read the same normalised image.
/// </summary>
sealed class Comparison(int rounds, int milliseconds, EncoderOptions options)
{
    public void Run(string only)
    {
        Console.WriteLine($"{"backbone",-11} {"split",-7} {"pruned",-6} {"MACs",12} {"ours µs",9} {"ORT µs",9} {"ratio",6} {"least",6} {"best",6} {"GFLOP/s",8} {"ORT's",6} {"KiB",7}  widths ({options.Path?.ToString() ?? "best"})");
        foreach (var half in BenchmarkHalf.All(only))
            Row(half);
    }

    void Row(BenchmarkHalf half)
    {
        var encoder = new Encoder(half.Half, options);
        var random = new RandomStream(2, "image");
        float[] planes = [.. Enumerable.Range(0, encoder.Input.Elements).Select(_ => (float)random.NextGaussian())];
        float[] symbols = new float[encoder.SymbolCount], theirs = new float[encoder.SymbolCount];
        using var peer = new OnnxPeer(half.Half, planes, theirs);
        void Ours() => encoder.EncodeNormalised(planes, symbols);
        int ourCalls = Calls(Ours), theirCalls = Calls(peer.Run);
        AssertSame(symbols, theirs, half);

        double[] ourTimes = new double[rounds], theirTimes = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            ourTimes[round] = Time(Ours, ourCalls);
            theirTimes[round] = Time(peer.Run, theirCalls);
        }
        double[] ratios = [.. theirTimes.Zip(ourTimes, (t, o) => t / o)];
        double ours = Median(ourTimes), other = Median(theirTimes);
        Console.WriteLine(FormattableString.Invariant(
            $"{half.Backbone,-11} {half.Split,-7} {half.Ratio,-6} {encoder.Macs,12} {ours,9:0.0} {other,9:0.0} {Median(ratios),6:0.00} {ratios.Min(),6:0.00} {theirTimes.Min() / ourTimes.Min(),6:0.00} {encoder.Macs / ours / 500,8:0.0} {encoder.Macs / other / 500,6:0.0} {(encoder.WeightBytes + encoder.BufferBytes) / 1024,7}  {half.Widths}"));
    }

    /// <summary>How often to call for the wanted time; also warms up.</summary>
    int Calls(Action action)
    {
        var watch = Stopwatch.StartNew();
        int calls = 0;
        for (; watch.ElapsedMilliseconds < milliseconds; calls++)
            action();
        return Math.Max(1, calls);
    }

    /// <summary>Microseconds of processor time a call.</summary>
    static double Time(Action action, int calls)
    {
        double start = ThreadClock.Microseconds();
        for (int i = 0; i < calls; i++)
            action();
        return (ThreadClock.Microseconds() - start) / calls;
    }

    static void AssertSame(float[] ours, float[] theirs, BenchmarkHalf half)
    {
        double worst = ours.Zip(theirs, (a, b) => Math.Abs(a - b)).Max();
        if (!(worst <= 1e-4 * theirs.Max(Math.Abs)))
            throw new InvalidOperationException($"{half.Name}: the results differ by {worst}");
    }

    static double Median(double[] values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
