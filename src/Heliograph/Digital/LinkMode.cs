using Heliograph.Wording;

namespace Heliograph.Digital;

/// <summary>How a digital link sends: a modulation and a code, as text <c>16-qam,3/4,1944</c>.</summary>
/// <param name="Modulation">Bits → symbols.</param>
/// <param name="Code">Its length and rate.</param>
public sealed record LinkMode(Modulation Modulation, LdpcCode Code)
{
    /// <summary>All 48.</summary>
    public static IReadOnlyList<LinkMode> All { get; } = [.. from modulation in Modulation.All from code in LdpcCode.All select new LinkMode(modulation, code)];

    /// <summary>Message bits that a real symbol carries, of full blocks: from 1/4 to 5/2. Compare with <see cref="Channels.Snr.Capacity"/>.</summary>
    public double BitsPerSymbol => Modulation.BitsPerSample * Code.Rate.Value() / 2;

    /// <summary>Reads the text form; the length may be left out and is then 1944.</summary>
    /// <exception cref="UsageException">There is no such modulation, code rate or length.</exception>
    public static LinkMode Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        if (parts.Length is not (2 or 3))
            throw new UsageException($"'{Printable.Line(text)}' is not a modulation and a code; they are written for instance 16-qam,3/4 or 16-qam,3/4,1944");
        var modulation = Modulation.Parse(parts[0]);
        var rate = CodeRates.Parse(parts[1]);
        int length = 1944;
        if (parts.Length == 3 && !int.TryParse(parts[2], System.Globalization.NumberStyles.None, null, out length))
            throw new UsageException($"'{Printable.Line(parts[2])}' is not the length of an LDPC code; IEEE 802.11's are 648, 1296 and 1944 bits long");
        return new(modulation, LdpcCode.Of(length, rate));
    }

    /// <summary>Its text form.</summary>
    public override string ToString() => $"{Modulation},{Code}";
}
