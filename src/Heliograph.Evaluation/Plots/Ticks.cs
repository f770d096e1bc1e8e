using System.Globalization;

namespace Heliograph.Evaluation.Plots;

/// <summary>Where an axis begins and ends, and its ticks: round numbers, few of them.</summary>
/// <param name="Low">Where it begins, on its scale.</param>
/// <param name="High">Where it ends, on its scale.</param>
/// <param name="At">The ticks, on its scale.</param>
/// <param name="Texts">What is written at them.</param>
sealed record Ticks(double Low, double High, ValueList<double> At, ValueList<string> Texts)
{
    const int Most = 7;

    static readonly int[] Digits = [1, 2, 5];

    /// <summary>The ticks of an axis that shows values from low to high.</summary>
    public static Ticks Of(AxisScale scale, double low, double high, bool toTicks)
    {
        // A single value stands in the middle.
        if (high <= low)
            (low, high) = scale == AxisScale.Linear ? (low - 1, low + 1) : (low / 2, low * 2);
        double[] values = scale switch
        {
            AxisScale.Octaves => Octaves(low, high),
            AxisScale.Decades => Decades(low, high),
            _ => Linear(low, high),
        };
        double[] at = [.. values.Select(value => OnScale(scale, value))];
        double first = OnScale(scale, low), last = OnScale(scale, high), margin = Math.Max(last - first, 1e-6) * 0.04;
        // Marks at the ends are not to be cut.
        var (begin, end) = (toTicks, scale) switch
        {
            (true, AxisScale.Linear) => (Math.Min(first, at[0]), Math.Max(last, at[^1]) + (at[^1] - at[0]) * 0.015),
            (true, _) => (Math.Min(first, at[0]) - margin, Math.Max(last, at[^1]) + margin),
            _ => (first - margin, last),
        };
        var shown = at.Zip(values.Select(value => Text(scale, value))).Where(tick => tick.First >= begin - 1e-9 && tick.First <= end + 1e-9).ToArray();
        return new(begin, end, [.. shown.Select(tick => tick.First)], [.. shown.Select(tick => tick.Second)]);
    }

    /// <summary>A value as the axis counts it.</summary>
    public static double OnScale(AxisScale scale, double value) => scale == AxisScale.Linear ? value : Math.Log2(value);

    static double[] Linear(double low, double high)
    {
        double step = Steps().First(step => Math.Ceiling(high / step - 1e-9) - Math.Floor(low / step + 1e-9) <= Most);
        int from = (int)Math.Floor(low / step + 1e-9), to = (int)Math.Ceiling(high / step - 1e-9);
        return [.. Enumerable.Range(from, Math.Max(1, to - from) + 1).Select(i => Math.Round(i * step, 9))];
    }

    static IEnumerable<double> Steps() => Enumerable.Range(-3, 15).SelectMany(power => Digits.Select(digit => digit * Math.Pow(10, power)));

    static double[] Octaves(double low, double high)
    {
        int from = (int)Math.Floor(Math.Log2(low) + 1e-9), to = (int)Math.Ceiling(Math.Log2(high) - 1e-9), step = Math.Max(1, (int)Math.Ceiling((to - from) / (double)Most));
        return [.. Enumerable.Range(0, (Math.Max(to, from + 1) - from + step - 1) / step + 1).Select(i => Math.Pow(2, from + i * step))];
    }

    static double[] Decades(double low, double high)
    {
        double[] all = [.. Steps().Concat(Enumerable.Range(12, 4).Select(power => Math.Pow(10, power)))];
        int from = Math.Max(0, Array.FindLastIndex(all, value => value <= low * (1 + 1e-9))), to = Array.FindIndex(all, value => value >= high * (1 - 1e-9));
        double[] between = all[from..(Math.Max(to, from + 1) + 1)];
        // Within a decade or less 1, 2 and 5 are too far apart.
        if (between.Count(value => value >= low && value <= high) < 3)
            return [.. Linear(low, high).Where(value => value > 0)];
        return between.Length <= Most + 1 ? between : [.. between.Where(value => Math.Abs(Math.Log10(value) - Math.Round(Math.Log10(value))) < 1e-9)];
    }

    // 24.5 M, 64 k and 0.5 are read faster than 24500000; powers of two are known by all of their digits.
    static string Text(AxisScale scale, double value)
    {
        if (scale == AxisScale.Octaves && value is >= 1 and < 1e6)
            return value.ToString("N0", CultureInfo.InvariantCulture);
        var (scaled, prefix) = Math.Abs(value) switch { >= 1e9 => (value / 1e9, " G"), >= 1e6 => (value / 1e6, " M"), >= 1e4 => (value / 1e3, " k"), _ => (value, "") };
        return scaled.ToString("0.###", CultureInfo.InvariantCulture).Replace('-', '−') + prefix;
    }
}
