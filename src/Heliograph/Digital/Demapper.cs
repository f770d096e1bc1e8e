using Heliograph.Channels;

namespace Heliograph.Digital;

/// <summary>Received symbols → log-likelihood ratios ln P(0)/P(1) of the bits, each axis by itself.</summary>
static class Demapper
{
    /// <summary>min over ones − min over zeros of d²/2: the exact ratios' limit for little noise, times σ².</summary>
    public static void MaxLog(Modulation modulation, ReadOnlySpan<float> symbols, Span<float> llrs)
    {
        Check(modulation, symbols, llrs);
        switch (modulation.BitsOnI)
        {
            case 1:
                // With levels ±a this is −2ay; BPSK's Q carries nothing.
                int step = modulation.BitsOnQ == 0 ? 2 : 1;
                float factor = 2 * modulation.Levels[0];
                for (int i = 0; i < llrs.Length; i++)
                    llrs[i] = factor * symbols[i * step];
                break;
            case 2:
                FourLevels(modulation.Levels, symbols, llrs);
                break;
            default:
                EightLevels(modulation.Levels, symbols, llrs);
                break;
        }
    }

    /// <summary>ln Σ over zeros − ln Σ over ones of exp(−d²/2σ²).</summary>
    public static void Exact(Modulation modulation, ReadOnlySpan<float> symbols, Snr snr, Span<float> llrs)
    {
        Check(modulation, symbols, llrs);
        if (!double.IsFinite(snr.Ratio))
            throw new ArgumentException("without noise there are no exact likelihood ratios", nameof(snr));
        int bits = modulation.BitsOnI, step = modulation.BitsOnQ == 0 ? 2 : 1;
        for (int i = 0; i < llrs.Length; i++)
        {
            float y = symbols[i / bits * step];
            int bit = bits - 1 - i % bits;
            llrs[i] = (float)(LogLikelihood(modulation.Levels, y, snr, bit, 0) - LogLikelihood(modulation.Levels, y, snr, bit, 1));
        }
    }

    /// <summary>ln Σ exp(−d²/2σ²) over the levels in whose label the bit has this value; the largest term is taken out, so that none underflows.</summary>
    static double LogLikelihood(float[] levels, double y, Snr snr, int bit, int value)
    {
        Span<double> exponents = stackalloc double[4];
        int count = 0;
        double largest = double.NegativeInfinity;
        for (int label = 0; label < levels.Length; label++)
        {
            if ((label >> bit & 1) != value)
                continue;
            double distance = y - levels[label];
            exponents[count] = -0.5 * snr.Ratio * distance * distance;
            largest = Math.Max(largest, exponents[count++]);
        }
        double sum = 0;
        foreach (double exponent in exponents[..count])
            sum += Math.Exp(exponent - largest);
        return largest + Math.Log(sum);
    }

    // Levels −3a, −a, a, 3a for 00, 01, 11, 10: the first bit is the sign, the second says "within 2a".
    static void FourLevels(float[] levels, ReadOnlySpan<float> symbols, Span<float> llrs)
    {
        float a = levels[0b11], two = 2 * a, square = two * two;
        for (int i = 0; i < llrs.Length; i++)
        {
            float y = symbols[i / 2], size = MathF.Abs(y);
            llrs[i] = (i & 1) == 0 ? -two * y - MathF.CopySign(MathF.Max(0, two * size - square), y) : two * size - square;
        }
    }

    // Levels −7a … 7a for 000, 001, 011, 010, 110, 111, 101, 100.
    static void EightLevels(float[] levels, ReadOnlySpan<float> symbols, Span<float> llrs)
    {
        Span<float> half = stackalloc float[8];
        Span<float> bits = stackalloc float[3];
        for (int i = 0; i < llrs.Length; i += 3)
        {
            float y = symbols[i / 3];
            // d²/2 without y²/2, which all levels share.
            for (int label = 0; label < 8; label++)
                half[label] = (0.5f * levels[label] - y) * levels[label];
            float a = MathF.Min(half[0], half[1]), b = MathF.Min(half[2], half[3]), c = MathF.Min(half[4], half[5]), d = MathF.Min(half[6], half[7]);
            bits[0] = MathF.Min(c, d) - MathF.Min(a, b);
            bits[1] = MathF.Min(b, d) - MathF.Min(a, c);
            bits[2] = MathF.Min(MathF.Min(half[1], half[3]), MathF.Min(half[5], half[7])) - MathF.Min(MathF.Min(half[0], half[2]), MathF.Min(half[4], half[6]));
            bits[..Math.Min(3, llrs.Length - i)].CopyTo(llrs[i..]);
        }
    }

    static void Check(Modulation modulation, ReadOnlySpan<float> symbols, Span<float> llrs)
    {
        if (llrs.Length > (long)symbols.Length / 2 * modulation.BitsPerSample)
            throw new ArgumentException($"{symbols.Length} symbols carry {symbols.Length / 2 * modulation.BitsPerSample} bits, not {llrs.Length}", nameof(llrs));
        for (int i = 0; i < symbols.Length; i++)
            if (!float.IsFinite(symbols[i]))
                throw new InvalidDataException($"symbol {i} of {symbols.Length} is {symbols[i]}: a received symbol must be a finite number");
    }
}
