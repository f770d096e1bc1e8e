using Heliograph.Channels;
using Heliograph.Statistics;

namespace Heliograph.Digital.Benchmarks;

/// <summary>Measures how many blocks fail: random messages, encoded, mapped, through Gaussian noise, demapped and decoded. A block fails if its message is not what was sent.</summary>
sealed class BlockErrors(Modulation modulation, LdpcCode code, int iterations = LdpcDecoder.DefaultIterations)
{
    readonly LdpcEncoder encoder = new(code);
    readonly LdpcDecoder decoder = new(code, iterations);
    readonly float[] symbols = new float[modulation.SymbolCount(code.Length)];

    /// <summary>Demaps exactly instead of by the max-log approximation.</summary>
    public bool Exact { get; init; }

    /// <summary>Sends blocks until so many have failed or so many were sent.</summary>
    public (int Blocks, int Failed) Measure(Snr snr, int failures, int most, ulong seed = 1)
    {
        int n = code.Length, batch = 4 * decoder.BatchSize, blocks = 0, failed = 0;
        byte[] words = new byte[batch * n];
        float[] llrs = new float[batch * n];
        for (; failed < failures && blocks < most; blocks += batch)
        {
            Send(snr, new RandomStream(seed, "block errors", blocks), words, llrs);
            failed += Failed(words, llrs);
        }
        return (blocks, failed);
    }

    /// <summary>Fills words with random messages and their parity bits, and what the receiver knows of each bit.</summary>
    public void Send(Snr snr, RandomStream random, Span<byte> words, Span<float> llrs)
    {
        for (; words.Length > 0; words = words[code.Length..], llrs = llrs[code.Length..])
        {
            Span<byte> word = words[..code.Length];
            for (int i = 0; i < code.MessageLength; i++)
                word[i] = (byte)(random.NextUInt64() >> 63);
            encoder.Encode(word);
            modulation.Map(word, symbols);
            new AwgnChannel().Transmit(symbols, snr, random);
            if (Exact)
                modulation.DemapExactly(symbols, snr, llrs[..code.Length]);
            else
                modulation.Demap(symbols, llrs[..code.Length]);
        }
    }

    /// <summary>How many words are not decoded to what was sent.</summary>
    public int Failed(ReadOnlySpan<byte> words, ReadOnlySpan<float> llrs)
    {
        int n = code.Length, k = code.MessageLength, count = words.Length / n, failed = 0;
        byte[] messages = new byte[count * k];
        decoder.Decode(llrs, messages, new bool[count]);
        for (int w = 0; w < count; w++)
            failed += words.Slice(w * n, k).SequenceEqual(messages.AsSpan(w * k, k)) ? 0 : 1;
        return failed;
    }
}
