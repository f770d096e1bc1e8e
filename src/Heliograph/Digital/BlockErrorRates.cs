using System.Globalization;
using Heliograph.Channels;

namespace Heliograph.Digital;

/// <summary>
/// Measured shares of full blocks that fail over AWGN, for each mode at several SNRs (block-error-rates.csv; docs/digital-link.md says by which command). Between two SNRs the
/// rate's logarithm is interpolated.
/// </summary>
public sealed class BlockErrorRates
{
    /// <summary>The first line of the file.</summary>
    public const string Header = "modulation,rate,length,snr_db,blocks,failed";

    /// <summary>Below this rate nothing is known: what was measured at the highest SNR, or this if it was less.</summary>
    public const double Least = 1e-4;

    static readonly Lazy<BlockErrorRates> Shipped = new(() =>
    {
        using var stream = typeof(BlockErrorRates).Assembly.GetManifestResourceStream("block-error-rates.csv")!;
        using var reader = new StreamReader(stream);
        return Parse(reader);
    });

    readonly Dictionary<LinkMode, (double Decibels, double Rate)[]> curves;

    BlockErrorRates(Dictionary<LinkMode, (double Decibels, double Rate)[]> curves) => this.curves = curves;

    /// <summary>Those that ship with the project, of all modes.</summary>
    public static BlockErrorRates Measured => Shipped.Value;

    /// <summary>Reads a table of measurements.</summary>
    /// <exception cref="InvalidDataException">A line is damaged.</exception>
    /// <exception cref="UsageException">A line names an unknown modulation or code.</exception>
    public static BlockErrorRates Parse(TextReader reader)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (reader.ReadLine() != Header)
            throw new InvalidDataException($"a table of block error rates begins with {Header}");
        var points = new List<(LinkMode Mode, double Decibels, double Rate)>();
        for (int number = 2; reader.ReadLine() is { } line; number++)
        {
            string[] cells = line.Split(',');
            if (cells.Length != 6
                || !double.TryParse(cells[3], NumberStyles.Float, CultureInfo.InvariantCulture, out double decibels)
                || !int.TryParse(cells[4], NumberStyles.None, CultureInfo.InvariantCulture, out int blocks)
                || !int.TryParse(cells[5], NumberStyles.None, CultureInfo.InvariantCulture, out int failed)
                || !double.IsFinite(decibels) || blocks == 0 || failed > blocks)
                throw new InvalidDataException($"line {number} of the block error rates is not {Header}: {line}");
            points.Add((LinkMode.Parse(string.Join(',', cells[..3])), decibels, Math.Max(failed, 1) / (double)blocks));
        }
        return new(points.GroupBy(point => point.Mode).ToDictionary(
            group => group.Key, group => group.OrderBy(point => point.Decibels).Select(point => (point.Decibels, point.Rate)).ToArray()));
    }

    /// <summary>The share of blocks that fail: 1 below the lowest SNR measured, and above the highest what was measured there, at least <see cref="Least"/>.</summary>
    /// <exception cref="UsageException">The mode was not measured.</exception>
    public double At(LinkMode mode, Snr snr)
    {
        var curve = Curve(mode);
        double decibels = snr.Decibels;
        int next = Array.FindIndex(curve, point => point.Decibels >= decibels);
        double rate = next < 0 ? curve[^1].Rate
            : curve[next].Decibels == decibels ? curve[next].Rate
            : next == 0 ? 1
            : Math.Exp(Between(decibels, curve[next - 1].Decibels, curve[next].Decibels, Math.Log(curve[next - 1].Rate), Math.Log(curve[next].Rate)));
        return Math.Max(rate, Least);
    }

    /// <summary>The least SNR at which no more than this share of blocks fails.</summary>
    /// <param name="mode">The mode.</param>
    /// <param name="rate">From <see cref="Least"/> to 0.5.</param>
    /// <exception cref="UsageException">The rate is out of range, or was not reached in the measurement.</exception>
    public Snr SnrFor(LinkMode mode, double rate)
    {
        var curve = Curve(mode);
        if (!(rate >= Least && rate <= 0.5))
            throw new UsageException(FormattableString.Invariant($"block error rates are known from {Least} to 0.5, not at {rate}"));
        int next = Array.FindIndex(curve, point => point.Rate <= rate);
        if (next < 0)
            throw new UsageException(FormattableString.Invariant($"the measurement of {mode} ends above a block error rate of {rate}"));
        return Snr.FromDecibels(next == 0 ? curve[0].Decibels
            : Between(Math.Log(rate), Math.Log(curve[next - 1].Rate), Math.Log(curve[next].Rate), curve[next - 1].Decibels, curve[next].Decibels));
    }

    /// <summary>
    /// The mode that takes the fewest symbols for a payload, among those that lose at most so many payloads: blocks times the block error rate is no more than
    /// <paramref name="loss"/>. Null if none does. For very many blocks, a rate of <see cref="Least"/> is good enough.
    /// </summary>
    /// <param name="payloadBytes">Bytes of the payload.</param>
    /// <param name="snr">P/σ² of a real symbol.</param>
    /// <param name="loss">The share of payloads that may be lost, above 0 and at most 0.5.</param>
    /// <exception cref="UsageException">The share is out of range, or the payload is longer than <see cref="DigitalLink.MostBytes"/>.</exception>
    public LinkMode? Choose(int payloadBytes, Snr snr, double loss = 0.01)
    {
        if (!(loss > 0 && loss <= 0.5))
            throw new UsageException(FormattableString.Invariant($"the share of payloads that may be lost must be above 0 and at most 0.5, not {loss}"));
        return curves.Keys
            .Where(mode => At(mode, snr) <= Math.Max(Least, loss / DigitalLink.BlockCount(mode, payloadBytes)))
            .OrderBy(mode => DigitalLink.SymbolCount(mode, payloadBytes)).ThenBy(mode => At(mode, snr))
            .FirstOrDefault();
    }

    (double Decibels, double Rate)[] Curve(LinkMode mode)
    {
        ArgumentNullException.ThrowIfNull(mode);
        return curves.TryGetValue(mode, out var curve) ? curve : throw new UsageException($"no block error rates were measured for {mode}");
    }

    static double Between(double x, double x0, double x1, double y0, double y1) => y0 + (x - x0) / (x1 - x0) * (y1 - y0);
}
