using System.Diagnostics;
using Heliograph.Channels;
using Heliograph.Digital;

namespace Heliograph.Digital.Benchmarks;

/// <summary>Measures every mode at multiples of ¼ dB, from where more than half of its blocks fail to where fewer than one in 10,000 does.</summary>
static class BlockErrorTable
{
    const double Step = 0.25;
    const int Failures = 100, Most = 300_000;

    public static void Write(string path, string only)
    {
        LinkMode[] modes = [.. LinkMode.All.Where(mode => mode.ToString().Contains(only, StringComparison.Ordinal))];
        var lines = new string[modes.Length];
        var watch = Stopwatch.StartNew();
        Parallel.For(0, modes.Length, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
        {
            lines[i] = string.Concat(Curve(modes[i]));
            Console.WriteLine($"{watch.Elapsed:mm\\:ss} {modes[i]}");
        });
        File.WriteAllText(path, BlockErrorRates.Header + "\n" + string.Concat(lines));
    }

    static IEnumerable<string> Curve(LinkMode mode)
    {
        var errors = new BlockErrors(mode.Modulation, mode.Code);
        // Nothing gets through above capacity; a few blocks show where some begin to.
        double decibels = Math.Floor(10 * Math.Log10(Math.Pow(2, 2 * mode.BitsPerSymbol) - 1) / Step) * Step;
        while (errors.Measure(Snr.FromDecibels(decibels), 128, 128) is var few && few.Failed > 0.5 * few.Blocks)
            decibels += Step;
        for (decibels -= Step; ; decibels += Step)
        {
            var (blocks, failed) = errors.Measure(Snr.FromDecibels(decibels), Failures, Most);
            yield return FormattableString.Invariant($"{mode.Modulation},{mode.Code},{decibels},{blocks},{failed}\n");
            if (failed <= BlockErrorRates.Least * blocks)
                break;
        }
    }
}
