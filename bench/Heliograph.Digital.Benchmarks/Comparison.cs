using Heliograph.Channels;
using Heliograph.Statistics;
using Heliograph.Tests.Shared;

namespace Heliograph.Digital.Benchmarks;

/// <summary>Both decoders on the same received blocks, BPSK over AWGN, and the SNRs at which 1 % fails, interpolated in the rate's logarithm.</summary>
static class Comparison
{
    public static void Print(int blocks)
    {
        if (!GnuRadioLdpc.IsInstalled)
            Console.WriteLine("GNU Radio is not installed: nothing to compare with");
        else
            foreach (var (length, decibels) in new[] { (648, new[] { -1.5, -1.25, -1.0, -0.75 }), (1944, [-2.0, -1.75, -1.5]) })
                Print(LdpcCode.Of(length, CodeRate.Half), decibels, blocks);
    }

    static void Print(LdpcCode code, double[] decibels, int blocks)
    {
        var errors = new BlockErrors(Modulation.Bpsk, code) { Exact = true };
        byte[] words = new byte[blocks * code.Length];
        float[] llrs = new float[blocks * code.Length];
        var rates = new List<(double Decibels, double Ours, double Theirs)>();
        Console.WriteLine($"({code.Length}, 1/2), {blocks} blocks\nSNR dB  Eb/N0 dB     ours  GNU Radio");
        foreach (double snr in decibels)
        {
            errors.Send(Snr.FromDecibels(snr), new RandomStream(1, "compare"), words, llrs);
            double ours = errors.Failed(words, llrs) / (double)blocks, theirs = GnuRadioLdpc.Decode(code, 100, words, llrs).Failed / (double)blocks;
            rates.Add((snr, ours, theirs));
            Console.WriteLine(FormattableString.Invariant($"{snr,6:0.00}  {snr - 10 * Math.Log10(0.5),8:0.00} {ours,8:0.00000} {theirs,10:0.00000}"));
        }
        double here = At(rates.Select(point => (point.Decibels, point.Ours))), there = At(rates.Select(point => (point.Decibels, point.Theirs)));
        Console.WriteLine(FormattableString.Invariant($"1 % at {here:0.00} dB, with GNU Radio at {there:0.00} dB: {here - there:0.00} dB more"));
    }

    static double At(IEnumerable<(double Decibels, double Rate)> curve)
    {
        var points = curve.ToList();
        int next = Math.Max(1, points.FindIndex(point => point.Rate <= 0.01));
        var (x0, y0) = points[next - 1];
        var (x1, y1) = points[next];
        return x0 + (x1 - x0) * Math.Log(0.01 / y0) / Math.Log(y1 / y0);
    }
}
