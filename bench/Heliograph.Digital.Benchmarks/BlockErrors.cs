using Heliograph.Channels;
using Heliograph.Digital;
using Heliograph.Statistics;

namespace Heliograph.Digital.Benchmarks;

/// <summary>Measures how many blocks fail: random messages, encoded, mapped, through Gaussian noise, demapped and decoded. A block fails if its message is not what was sent.</summary>
sealed class BlockErrors(Modulation modulation, LdpcCode code, int iterations = LdpcDecoder.DefaultIterations, bool exact = false)
{
    readonly LdpcEncoder encoder = new(code);
    readonly LdpcDecoder decoder = new(code, iterations);

    /// <summary>Sends blocks until so many have failed or so many were sent.</summary>
    public (int Blocks, int Failed) Measure(Snr snr, int failures, int most, ulong seed = 1)
    {
        int n = code.Length, k = code.MessageLength, batch = 4 * decoder.BatchSize, blocks = 0, failed = 0;
        byte[] words = new byte[batch * n], messages = new byte[batch * k];
        float[] symbols = new float[modulation.SymbolCount(n)], llrs = new float[batch * n];
        bool[] held = new bool[batch];
        while (failed < failures && blocks < most)
        {
            var random = new RandomStream(seed, "block errors", blocks);
            for (int b = 0; b < batch; b++)
            {
                Span<byte> word = words.AsSpan(b * n, n);
                for (int i = 0; i < k; i++)
                    word[i] = (byte)(random.NextUInt64() >> 63);
                encoder.Encode(word);
                modulation.Map(word, symbols);
                new AwgnChannel().Transmit(symbols, snr, random);
                if (exact)
                    modulation.DemapExactly(symbols, snr, llrs.AsSpan(b * n, n));
                else
                    modulation.Demap(symbols, llrs.AsSpan(b * n, n));
            }
            decoder.Decode(llrs, messages, held);
            for (int b = 0; b < batch; b++)
                if (!messages.AsSpan(b * k, k).SequenceEqual(words.AsSpan(b * n, k)))
                    failed++;
            blocks += batch;
        }
        return (blocks, failed);
    }
}
