namespace Heliograph.Digital.Benchmarks;

/// <summary>The SNR that each mode needs, as Markdown.</summary>
static class Thresholds
{
    public static void Print()
    {
        Console.WriteLine("| modulation | rate | bits a symbol | 648 | 1296 | 1944 | capacity reaches the rate at |\n| --- | --- | --- | --- | --- | --- | --- |");
        foreach (var modulation in Modulation.All)
            foreach (var rate in Enum.GetValues<CodeRate>())
            {
                LinkMode[] modes = [.. new[] { 648, 1296, 1944 }.Select(length => new LinkMode(modulation, LdpcCode.Of(length, rate)))];
                string Needs(LinkMode mode) => string.Join(", ", new[] { 0.01, 0.001 }.Select(failed => FormattableString.Invariant($"{BlockErrorRates.Measured.SnrFor(mode, failed).Decibels:0.0}")));
                double bits = modes[0].BitsPerSymbol;
                Console.WriteLine(FormattableString.Invariant(
                    $"| {modulation} | {rate.Name()} | {bits:0.##} | {string.Join(" | ", modes.Select(Needs))} | {10 * Math.Log10(Math.Pow(2, 2 * bits) - 1):0.0} |"));
            }
    }
}
