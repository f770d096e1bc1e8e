using System.Globalization;
using System.Numerics;
using Heliograph.Channels;
using Heliograph.Networks;

namespace Heliograph.Codes;

/// <summary>How a pair is used for an image: how wide the device half is, and how many symbols are sent.</summary>
/// <param name="Width">Number of the width in <see cref="Modes.Ratios"/>, from 0, the widest, on.</param>
/// <param name="Symbols">One of <see cref="Modes.Symbols"/>.</param>
public readonly record struct Mode(int Width, int Symbols);

/// <summary>
/// The modes of an elastic pair, which one training serves: device halves of several widths, the smaller ones part of the larger ones, and numbers of symbols, the
/// smaller codes the beginning of the larger ones. Every width goes with every number of symbols.
/// </summary>
public sealed record Modes
{
    /// <summary>Makes a list of modes.</summary>
    /// <param name="ratios">Share of each layer's filters that a width lacks, in [0, 1), ascending: the widest first.</param>
    /// <param name="symbols">Numbers of symbols, 1 or more, ascending.</param>
    /// <param name="snrLowDb">The lowest SNR in training, in dB (docs/snr.md).</param>
    /// <param name="snrHighDb">The highest.</param>
    /// <exception cref="UsageException">A list is empty, not ascending or out of range.</exception>
    public Modes(ValueList<double> ratios, ValueList<int> symbols, double snrLowDb, double snrHighDb)
    {
        // A NaN is not ascending.
        if (ratios.Count == 0 || !(ratios[0] >= 0 && ratios[^1] < 1 && IsAscending(ratios)))
            throw new UsageException(FormattableString.Invariant($"widths are pruning ratios from 0 to below 1, ascending, at least one, not {ratios}"));
        if (symbols.Count == 0 || symbols[0] < 1 || !IsAscending(symbols))
            throw new UsageException(FormattableString.Invariant($"numbers of symbols are 1 or more, ascending, at least one, not {symbols}"));
        if (!(double.IsFinite(snrLowDb) && double.IsFinite(snrHighDb) && snrLowDb <= snrHighDb))
            throw new UsageException(FormattableString.Invariant($"an SNR range cannot go from {snrLowDb} to {snrHighDb} dB"));
        (Ratios, Symbols, SnrLowDb, SnrHighDb) = (ratios, symbols, snrLowDb, snrHighDb);
    }

    /// <summary>The pruning ratio of each width, ascending.</summary>
    public ValueList<double> Ratios { get; }

    /// <summary>The numbers of symbols, ascending.</summary>
    public ValueList<int> Symbols { get; }

    /// <summary>The lowest SNR in training, in dB.</summary>
    public double SnrLowDb { get; }

    /// <summary>The highest SNR in training, in dB.</summary>
    public double SnrHighDb { get; }

    /// <summary>The middle of the range, in dB: what the edge half is told as long as the SNR is not known.</summary>
    public double SnrMiddleDb => (SnrLowDb + SnrHighDb) / 2;

    /// <summary>The most symbols.</summary>
    public int MostSymbols => Symbols[^1];

    /// <summary>The widest device half with the most symbols.</summary>
    public Mode Largest => new(0, MostSymbols);

    /// <summary>The narrowest device half with the fewest symbols.</summary>
    public Mode Smallest => new(Ratios.Count - 1, Symbols[0]);

    /// <summary>All modes, the largest first.</summary>
    public IEnumerable<Mode> All => from width in Enumerable.Range(0, Ratios.Count) from symbols in Symbols.Reverse() select new Mode(width, symbols);

    /// <summary>Symbols of each part of the code: what one number of symbols has beyond the one before it.</summary>
    public ValueList<int> Parts => [.. Symbols.Select((symbols, i) => i == 0 ? symbols : symbols - Symbols[i - 1])];

    /// <summary>Number of values that tell the edge half the SNR and the mode.</summary>
    public int ConditionLength => 1 + Symbols.Count + Ratios.Count;

    /// <summary>Number of values that the edge half reads: the received symbols, and what tells it the SNR and the mode.</summary>
    public int EdgeInputLength => checked(MostSymbols + ConditionLength);

    /// <summary>The mode with a pruning ratio and a number of symbols.</summary>
    /// <param name="ratio">Null for the widest.</param>
    /// <param name="symbols">Null for the most.</param>
    /// <param name="pair">Names the pair in messages.</param>
    /// <exception cref="UsageException">There is no such mode; the message says which there are.</exception>
    public Mode Find(double? ratio, int? symbols, string pair)
    {
        int width = ratio is { } given ? Ratios.AsSpan().IndexOf(given) : 0;
        if (width < 0)
            throw new UsageException(FormattableString.Invariant($"{pair} has no width with {ratio} of the filters removed; it has {string.Join(", ", Ratios.Select(each => FormattableString.Invariant($"{each}")))}"));
        int count = symbols ?? MostSymbols;
        if (!Symbols.Contains(count))
            throw new UsageException($"{pair} cannot send {count} symbols; it has {string.Join(", ", Symbols)}");
        return new(width, count);
    }

    /// <summary>How a width is named in files and on command lines: the percentage of the filters that it lacks, such as <c>50</c> or <c>12.5</c>.</summary>
    /// <param name="width">Its number, from 0 on.</param>
    public string PercentOf(int width) => (100 * Ratios[width]).ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>True if the pair has this mode.</summary>
    public bool Has(Mode mode) => mode.Width >= 0 && mode.Width < Ratios.Count && Symbols.AsSpan().Contains(mode.Symbols);

    /// <summary>The next larger number of symbols; 0 if there is none.</summary>
    public int Beyond(int symbols)
    {
        foreach (int more in Symbols.AsSpan())
        {
            if (more > symbols)
                return more;
        }
        return 0;
    }

    /// <summary>
    /// Writes what the edge half reads of a frame: the received symbols, zeros for those not sent, and the condition: the SNR, from −1 at the lowest in training to 1 at the
    /// highest, limited to that range, then a 1 in the place of the number of symbols and in that of the width.
    /// </summary>
    /// <param name="received">As many symbols as the mode has.</param>
    /// <param name="mode">One of this pair.</param>
    /// <param name="snr">As the receiver measures it.</param>
    /// <param name="input"><see cref="EdgeInputLength"/> values.</param>
    /// <exception cref="ArgumentException">The pair does not have the mode, or a length is wrong.</exception>
    public void WriteEdgeInput(ReadOnlySpan<float> received, Mode mode, Snr snr, Span<float> input)
    {
        if (!Has(mode) || received.Length != mode.Symbols || input.Length != EdgeInputLength)
            throw new ArgumentException($"{received.Length} symbols in mode {mode} do not fill {input.Length} values of a pair with {MostSymbols} symbols.");
        input.Clear();
        received.CopyTo(input);
        WriteCondition(mode, snr, input[MostSymbols..]);
    }

    /// <summary>Writes the condition alone, <see cref="ConditionLength"/> values.</summary>
    public void WriteCondition(Mode mode, Snr snr, Span<float> condition)
    {
        condition[..ConditionLength].Clear();
        double half = Math.Max((SnrHighDb - SnrLowDb) / 2, 1e-9);
        condition[0] = (float)((Math.Clamp(snr.Decibels, SnrLowDb, SnrHighDb) - SnrMiddleDb) / half);
        condition[1 + Symbols.AsSpan().IndexOf(mode.Symbols)] = 1;
        condition[1 + Symbols.Count + mode.Width] = 1;
    }

    /// <summary>For instance <c>widths [0, 0.5], symbols [16, 64], 0 to 20 dB</c>.</summary>
    public override string ToString() => FormattableString.Invariant($"widths {Ratios}, symbols {Symbols}, {SnrLowDb} to {SnrHighDb} dB");

    static bool IsAscending<T>(ValueList<T> values) where T : INumber<T>
    {
        for (int i = 1; i < values.Count; i++)
        {
            if (!(values[i - 1] < values[i]))
                return false;
        }
        return true;
    }
}
