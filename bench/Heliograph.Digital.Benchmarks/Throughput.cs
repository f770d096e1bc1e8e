using System.Diagnostics;
using Heliograph.Channels;
using Heliograph.Statistics;
using Heliograph.Tests.Shared;

namespace Heliograph.Digital.Benchmarks;

/// <summary>Millions of message bits a second on one core, QPSK: each step of the link, and both decoders in turns on the same received words. Medians over the rounds.</summary>
static class Throughput
{
    const int Words = 1024, PeerWords = 128;

    public static void Print(int rounds)
    {
        Console.WriteLine($"Mbit/s{"",27} encode     map   noise   demap  decode{(GnuRadioLdpc.IsInstalled ? "  GNU Radio  ratio" : "  (GNU Radio is not installed)")}");
        foreach (string text in new[] { "qpsk,1/2,648", "qpsk,1/2,1944", "qpsk,3/4,1944", "qpsk,5/6,1944" })
            foreach (var (where, beyond) in new[] { ("1 % fail", 0.0), ("+ 2 dB", 2.0) })
            {
                var mode = LinkMode.Parse(text);
                Row(mode, where, Snr.FromDecibels(BlockErrorRates.Measured.SnrFor(mode, 0.01).Decibels + beyond), rounds);
            }
    }

    static void Row(LinkMode mode, string where, Snr snr, int rounds)
    {
        var (modulation, code) = mode;
        int n = code.Length, k = code.MessageLength;
        var random = new RandomStream(1, "throughput");
        var encoder = new LdpcEncoder(code);
        var decoder = new LdpcDecoder(code);
        byte[] words = new byte[Words * n], messages = new byte[Words * k];
        float[] symbols = new float[Words * n], llrs = new float[Words * n];
        bool[] held = new bool[Words];
        for (int i = 0; i < words.Length; i++)
            words[i] = (byte)(random.NextUInt64() >> 63);
        Action[] steps =
        [
            () =>
            {
                for (int w = 0; w < Words; w++)
                    encoder.Encode(words.AsSpan(w * n, n));
            },
            () => modulation.Map(words, symbols),
            () => new AwgnChannel().Transmit(symbols, snr, random),
            () => modulation.Demap(symbols, llrs),
            () => decoder.Decode(llrs, messages, held),
        ];
        List<double>[] rates = [.. Enumerable.Range(0, steps.Length + 1).Select(_ => new List<double>())];
        for (int round = -1; round < rounds; round++)   // the first warms up
        {
            for (int step = 0; step < steps.Length; step++)
            {
                var watch = Stopwatch.StartNew();
                steps[step]();
                if (round >= 0)
                    rates[step].Add(Words * k / watch.Elapsed.TotalSeconds / 1e6);
            }
            if (round >= 0 && GnuRadioLdpc.IsInstalled)
            {
                // Its input is a ratio in natural units.
                float[] exact = [.. llrs.Take(PeerWords * n).Select(llr => (float)(llr * snr.Ratio))];
                rates[^1].Add(PeerWords * k / GnuRadioLdpc.Decode(code, LdpcDecoder.DefaultIterations, words[..(PeerWords * n)], exact).Seconds / 1e6);
            }
        }
        double[] medians = [.. rates.Select(Median)];
        string peer = medians[^1] > 0 ? FormattableString.Invariant($"{medians[^1],11:0.00} {medians[^2] / medians[^1],6:0}") : "";
        Console.WriteLine(FormattableString.Invariant(
            $"{mode,-15} {where,-9} {snr.Decibels,4:0.0} dB {medians[0],7:0} {medians[1],7:0} {medians[2],7:0} {medians[3],7:0} {medians[4],7:0}{peer}"));
    }

    static double Median(List<double> values) => values.Count == 0 ? 0 : values.Order().ElementAt(values.Count / 2);
}
