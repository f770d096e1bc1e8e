using System.Globalization;
using System.Text.RegularExpressions;

namespace Heliograph.Evaluation.Overview;

/// <summary>Numbers with a unit or a prefix, as people type them: <c>4M</c>, <c>64k</c>, <c>30min</c>.</summary>
public static partial class Quantity
{
    /// <summary>SI prefixes.</summary>
    public static IReadOnlyDictionary<string, double> Si { get; } = new Dictionary<string, double> { [""] = 1, ["k"] = 1e3, ["M"] = 1e6, ["G"] = 1e9 };

    /// <summary>Bytes: SI prefixes, which count in thousands, and those of IEC 80000-13 (Ki), which count in 1,024s; with or without a B.</summary>
    public static IReadOnlyDictionary<string, double> Bytes { get; } = new Dictionary<string, double>
    {
        [""] = 1,
        ["B"] = 1,
        ["k"] = 1e3,
        ["kB"] = 1e3,
        ["M"] = 1e6,
        ["MB"] = 1e6,
        ["G"] = 1e9,
        ["GB"] = 1e9,
        ["Ki"] = 1 << 10,
        ["KiB"] = 1 << 10,
        ["Mi"] = 1 << 20,
        ["MiB"] = 1 << 20,
    };

    /// <summary>The number that a text says; null where it says none in these units.</summary>
    /// <param name="text">A number, with one of the units behind it.</param>
    /// <param name="units">What each unit counts.</param>
    public static double? Read(string text, IReadOnlyDictionary<string, double> units) =>
        Form().Match(text) is { Success: true } form && units.TryGetValue(form.Groups[2].Value, out double factor)
            && double.TryParse(form.Groups[1].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && double.IsFinite(number * factor)
            ? number * factor
            : null;

    [GeneratedRegex(@"^([-+0-9.]+(?:[eE][-+]?[0-9]+)?) ?([A-Za-z]*)\z")]
    private static partial Regex Form();
}
