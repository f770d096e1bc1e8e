using Heliograph.Channels;
using Heliograph.Wording;

namespace Heliograph.Digital;

/// <summary>
/// A way to send bits as complex samples, each of two real symbols, I and Q, with the Gray mapping of IEEE 802.11 (clause 17.3.5.8). The points have a mean power of 2 a
/// sample, so 1 a real symbol (docs/snr.md). BPSK leaves Q empty and has twice the power on I, as in 802.11.
/// </summary>
public sealed class Modulation
{
    Modulation(string name, int bitsPerSample)
    {
        (Name, BitsPerSample) = (name, bitsPerSample);
        BitsOnI = (bitsPerSample + 1) / 2;
        BitsOnQ = bitsPerSample / 2;
        // ±1, ±3 … have the mean power (4^bits − 1)/3 on one axis.
        int count = 1 << BitsOnI;
        double scale = Math.Sqrt((BitsOnQ == 0 ? 2 : 1) * 3 / (count * count - 1.0));
        Levels = new float[count];
        for (int i = 0; i < count; i++)
            Levels[i ^ (i >> 1)] = (float)((2 * i - count + 1) * scale);
    }

    /// <summary><c>bpsk</c>, 1 bit a sample.</summary>
    public static Modulation Bpsk { get; } = new("bpsk", 1);

    /// <summary><c>qpsk</c>, 2 bits a sample.</summary>
    public static Modulation Qpsk { get; } = new("qpsk", 2);

    /// <summary><c>16-qam</c>, 4 bits a sample.</summary>
    public static Modulation Qam16 { get; } = new("16-qam", 4);

    /// <summary><c>64-qam</c>, 6 bits a sample.</summary>
    public static Modulation Qam64 { get; } = new("64-qam", 6);

    /// <summary>All of them, from 1 bit a sample to 6.</summary>
    public static IReadOnlyList<Modulation> All { get; } = [Bpsk, Qpsk, Qam16, Qam64];

    /// <summary>Its name in options and files.</summary>
    public string Name { get; }

    /// <summary>Bits that a complex sample carries.</summary>
    public int BitsPerSample { get; }

    /// <summary>The first bits of a sample choose its I, the others its Q.</summary>
    internal int BitsOnI { get; }

    internal int BitsOnQ { get; }

    /// <summary>The level on one axis that stands for a label, whose highest bit is sent first.</summary>
    internal float[] Levels { get; }

    /// <summary>Reads a name.</summary>
    /// <exception cref="UsageException">There is no such modulation.</exception>
    public static Modulation Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var names = All.Select(modulation => modulation.Name);
        return All.FirstOrDefault(modulation => modulation.Name == name)
            ?? throw new UsageException($"there is no modulation '{Printable.Line(name)}'; {(Nearest.To(name, names) is { } near ? $"did you mean {near}? " : "")}known are {string.Join(", ", names)}");
    }

    /// <summary>The real symbols that carry so many bits; the last sample is filled with zeros.</summary>
    public int SymbolCount(int bits) => 2 * ((bits + BitsPerSample - 1) / BitsPerSample);

    /// <summary>Maps bits to symbols.</summary>
    /// <param name="bits">One a byte, 0 or 1.</param>
    /// <param name="symbols">Their <see cref="SymbolCount"/> real symbols: I, Q, I, Q …</param>
    /// <exception cref="ArgumentException">There are not as many symbols as the bits need.</exception>
    public void Map(ReadOnlySpan<byte> bits, Span<float> symbols) => Mapper.Map(this, bits, symbols);

    /// <summary>
    /// What the received symbols say of each bit, as log-likelihood ratios ln P(0)/P(1) by the max-log approximation: only the nearest level of each side counts. They are those
    /// for a noise variance of 1; at another they grow in proportion, which <see cref="LdpcDecoder"/> does not need to know.
    /// </summary>
    /// <param name="symbols">I, Q, I, Q …</param>
    /// <param name="llrs">As many as bits are wanted, at most those that the symbols carry.</param>
    /// <exception cref="InvalidDataException">A symbol is not finite.</exception>
    /// <exception cref="ArgumentException">The symbols do not carry so many bits.</exception>
    public void Demap(ReadOnlySpan<float> symbols, Span<float> llrs) => Demapper.MaxLog(this, symbols, llrs);

    /// <summary>The same exactly, ln Σ exp(−d²/2σ²) over the levels of each side.</summary>
    /// <param name="symbols">I, Q, I, Q …</param>
    /// <param name="snr">P/σ² of a real symbol, finite.</param>
    /// <param name="llrs">As many as bits are wanted, at most those that the symbols carry.</param>
    /// <exception cref="InvalidDataException">A symbol is not finite.</exception>
    /// <exception cref="ArgumentException">The symbols do not carry so many bits, or the SNR is not finite.</exception>
    public void DemapExactly(ReadOnlySpan<float> symbols, Snr snr, Span<float> llrs) => Demapper.Exact(this, symbols, snr, llrs);

    /// <summary>Its name.</summary>
    public override string ToString() => Name;
}
