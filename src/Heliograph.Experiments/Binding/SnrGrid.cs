using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Heliograph.Experiments.Binding;

/// <summary>The SNRs, in dB, at which a pair is evaluated: <c>low:high:step</c>, a list such as <c>0,5,14.5</c>, or both: <c>-6:20:2,14.5</c>.</summary>
public sealed record SnrGrid : IParsable<SnrGrid>
{
    readonly string text;

    SnrGrid(string text, double[] decibels) => (this.text, Decibels) = (text, decibels);

    /// <summary>Ascending, in dB; P/σ² per real symbol (docs/snr.md).</summary>
    public IReadOnlyList<double> Decibels { get; }

    /// <summary>From low to high, both included where the step allows.</summary>
    public static SnrGrid Default { get; } = Parse("-6:20:2", CultureInfo.InvariantCulture);

    /// <inheritdoc/>
    public static SnrGrid Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var grid) ? grid : throw new FormatException("SNRs in dB as low:high:step, such as -6:20:2, as a list, such as 0,5,14.5, or both: -6:20:2,14.5");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, [MaybeNullWhen(false)] out SnrGrid result)
    {
        result = null;
        string written = (s ?? "").Trim().TrimStart('[').TrimEnd(']');
        var numbers = new List<double>();
        foreach (string part in written.Split(','))
        {
            if (Points(part) is not { } points)
                return false;
            numbers.AddRange(points);
        }
        result = new(written, [.. numbers.Distinct().Order()]);
        return true;
    }

    // A number, or low:high:step; null if it is neither.
    static double[]? Points(string part)
    {
        var numbers = new List<double>();
        foreach (string text in part.Split(':'))
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) || !double.IsFinite(number))
                return null;
            numbers.Add(number);
        }
        if (numbers is [_])
            return [.. numbers];
        if (numbers is not [double low, double high, double step] || !(step > 0) || high < low || (high - low) / step > 1000)
            return null;
        int count = (int)Math.Floor((high - low) / step + 1e-9) + 1;
        return [.. Enumerable.Range(0, count).Select(i => Math.Round(low + i * step, 9))];
    }

    /// <inheritdoc/>
    public bool Equals(SnrGrid? other) => other is not null && Decibels.SequenceEqual(other.Decibels);

    /// <inheritdoc/>
    public override int GetHashCode() => Decibels.Aggregate(0, HashCode.Combine);

    /// <inheritdoc/>
    public override string ToString() => text;
}
