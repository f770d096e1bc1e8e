using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Heliograph.Channels;
using Heliograph.Statistics;

namespace Heliograph.Experiments.Binding;

/// <summary>One SNR, or a range from which one is drawn; in decibels, P/σ² per real symbol (docs/snr.md). Written <c>14.5</c> or <c>0:20</c>; <c>[0, 20]</c>, as
/// it was written before, is read as well.</summary>
/// <param name="Low">Lowest, in dB.</param>
/// <param name="High">Highest, in dB; equal to <paramref name="Low"/> for a fixed SNR.</param>
public readonly record struct SnrRange(double Low, double High) : IParsable<SnrRange>
{
    /// <summary>The middle of the range in decibels.</summary>
    public Snr Middle => Snr.FromDecibels((Low + High) / 2);

    /// <summary>Draws uniformly in decibels.</summary>
    public Snr Draw(RandomStream random) => Snr.FromDecibels(Low + (High - Low) * random.NextDouble());

    /// <inheritdoc/>
    public static SnrRange Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var range) ? range : throw new FormatException("an SNR in dB such as 14.5, or a range such as 0:20");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out SnrRange result)
    {
        result = default;
        string written = (s ?? "").Trim();
        string[] parts = written.Contains(':', StringComparison.Ordinal) ? written.Split(':') : written.TrimStart('[').TrimEnd(']').Split(',');
        if (parts.Length > 2 || !Number(parts[0], out double low) || !Number(parts[^1], out double high) || low > high)
            return false;
        result = new(low, high);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() =>
        Low == High ? Low.ToString("R", CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{Low:R}:{High:R}");

    static bool Number(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
