namespace Heliograph.Digital;

/// <summary>
/// Decodes many code words at once, one in each lane of a vector, by layered normalised min-sum in 16-bit integers. A batch ends when the parities of all its words hold,
/// or after the last iteration.
/// </summary>
public sealed class LdpcDecoder
{
    /// <summary>Iterations after which a word is given up.</summary>
    public const int DefaultIterations = 50;

    // The mean size of a word's ratios as integers: fine enough for the smallest, and 128 times as much still fits.
    const float MeanSize = 256;

    readonly LayeredMinSum words;
    readonly LdpcCode code;
    readonly short[] integers;
    readonly int iterations;

    /// <summary>Decodes a code.</summary>
    /// <param name="code">The code.</param>
    /// <param name="iterations">Iterations after which a word is given up, at least 1.</param>
    public LdpcDecoder(LdpcCode code, int iterations = DefaultIterations) : this(code, iterations, null)
    {
    }

    /// <param name="code">The code.</param>
    /// <param name="iterations">Iterations after which a word is given up, at least 1.</param>
    /// <param name="vectorBits">512, 256 or 128; the widest that the processor has if null.</param>
    internal LdpcDecoder(LdpcCode code, int iterations, int? vectorBits)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 1);
        (this.code, this.iterations) = (code, iterations);
        words = LayeredMinSum.Create(code, vectorBits);
        integers = new short[words.Lanes * code.Length];
    }

    /// <summary>Words that are decoded at once: a multiple of it wastes no time.</summary>
    public int BatchSize => words.Lanes;

    /// <summary>Decodes words. Not thread-safe.</summary>
    /// <param name="llrs">For each word its n log-likelihood ratios ln P(0)/P(1), in any unit; infinite for a bit that is known.</param>
    /// <param name="messages">For each word its k message bits, one a byte, 0 or 1.</param>
    /// <param name="held">For each word whether all parities hold; if not, its message is the last guess.</param>
    /// <exception cref="ArgumentException">The spans are not of the same number of words.</exception>
    public void Decode(ReadOnlySpan<float> llrs, Span<byte> messages, Span<bool> held)
    {
        int n = code.Length, k = code.MessageLength;
        if (llrs.Length != (long)held.Length * n || messages.Length != (long)held.Length * k)
            throw new ArgumentException($"{held.Length} words have {(long)held.Length * n} ratios and {(long)held.Length * k} message bits, not {llrs.Length} and {messages.Length}");
        for (int first = 0; first < held.Length; first += words.Lanes)
        {
            int count = Math.Min(words.Lanes, held.Length - first);
            for (int w = 0; w < words.Lanes; w++)
                if (w < count)
                    Quantise(llrs.Slice((first + w) * n, n), integers.AsSpan(w * n, n));
                else
                    integers.AsSpan(w * n, n).Fill(short.MaxValue);   // all zeros: a code word, which ends at once
            words.Load(integers);
            ulong good = words.Run(iterations);
            for (int w = 0; w < count; w++)
            {
                held[first + w] = (good >> w & 1) != 0;
                Take(words.Decided[..k], w, messages.Slice((first + w) * k, k));
            }
        }
    }

    /// <summary>Min-sum scales with its input, so each word takes the range of the integers for itself.</summary>
    static void Quantise(ReadOnlySpan<float> llrs, Span<short> integers)
    {
        int finite = 0;
        float sum = 0;
        foreach (float llr in llrs)
        {
            float size = MathF.Abs(llr);
            bool counts = size < float.PositiveInfinity;
            sum += counts ? size : 0;
            finite += counts ? 1 : 0;
        }
        float scale = sum > 0 ? MeanSize * finite / sum : 0;
        for (int i = 0; i < integers.Length; i++)
        {
            // Infinity times zero is no number.
            float scaled = float.IsInfinity(llrs[i]) ? llrs[i] : llrs[i] * scale;
            integers[i] = (short)Math.Clamp(scaled, -short.MaxValue, short.MaxValue);
        }
    }

    static void Take(ReadOnlySpan<ulong> decided, int word, Span<byte> message)
    {
        for (int i = 0; i < message.Length; i++)
            message[i] = (byte)(decided[i] >> word & 1);
    }
}
