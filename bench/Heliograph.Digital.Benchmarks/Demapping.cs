using Heliograph.Channels;

namespace Heliograph.Digital.Benchmarks;

/// <summary>Block error rates with the max-log approximation and with exact likelihood ratios, where about 1 % of the blocks fail.</summary>
static class Demapping
{
    public static void Print()
    {
        Console.WriteLine("mode                SNR dB  max-log    exact");
        foreach (string text in new[] { "16-qam,1/2,1944", "16-qam,5/6,1944", "64-qam,1/2,648", "64-qam,1/2,1944", "64-qam,5/6,1944" })
        {
            var mode = LinkMode.Parse(text);
            var snr = BlockErrorRates.Measured.SnrFor(mode, 0.01);
            double Rate(bool exact)
            {
                var (blocks, failed) = new BlockErrors(mode.Modulation, mode.Code) { Exact = exact }.Measure(snr, 400, 60_000);
                return failed / (double)blocks;
            }
            Console.WriteLine(FormattableString.Invariant($"{mode,-18} {snr.Decibels,7:0.00} {Rate(false),8:0.0000} {Rate(true),8:0.0000}"));
        }
    }
}
