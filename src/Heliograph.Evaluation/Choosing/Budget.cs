using System.Globalization;
using Heliograph.Evaluation.Overview;

namespace Heliograph.Evaluation.Choosing;

/// <summary>A limit that a device or a task sets.</summary>
public sealed class Budget
{
    /// <summary>Key of the budget of symbols.</summary>
    public const string SymbolsKey = "symbols";

    readonly double scale;
    readonly Func<Candidate, double?> value;
    readonly Func<double, string> text;
    readonly string what, unknown;

    Budget(string key, double limit, double scale, Func<Candidate, double?> value, Func<double, string> text, string what, string unknown) =>
        (Key, Limit, this.scale, this.value, this.text, this.what, this.unknown) = (key, limit, scale, value, text, what, unknown);

    /// <summary>For programs.</summary>
    public string Key { get; }

    /// <summary>The most that is allowed, in the budget's unit.</summary>
    public double Limit { get; }

    /// <summary>Multiply-accumulates of the device half.</summary>
    public static Budget Macs(double limit) => Count("macs", limit, candidate => candidate.Cost.Macs, "MACs", "its MACs are not known");

    /// <summary>B, symbols an image.</summary>
    public static Budget Symbols(double limit) => Count(SymbolsKey, limit, candidate => candidate.Cost.Symbols, "symbols", "its symbols are not known");

    /// <summary>Bytes of 32-bit maps at their peak.</summary>
    public static Budget Ram(double limit) => Count("ramBytes", limit, candidate => candidate.Cost.RamBytes, "bytes of memory", "its memory is not known: no device half is here");

    /// <summary>Bytes of the device half's weights.</summary>
    public static Budget Flash(double limit) => Count("flashBytes", limit, candidate => candidate.Cost.FlashBytes, "bytes of weights", "the size of its weights is not known: no device half is here");

    /// <summary>Percentage points below the backbone. Its excess is counted in budgets or, where the budget is below one point, in points.</summary>
    public static Budget Drop(double limit) => new("drop", limit, Math.Max(limit, 1), candidate => candidate.Drop, points => points.ToString("0.##", CultureInfo.InvariantCulture),
        "points below the backbone", "the accuracy of its backbone is not known");

    /// <summary>Reads a budget of a command line.</summary>
    /// <param name="option">Its name, for messages.</param>
    /// <param name="value">What was typed.</param>
    /// <param name="units">What it may be counted in.</param>
    /// <exception cref="UsageException">It is no number of such a unit above 0.</exception>
    public static double Read(string option, string value, IReadOnlyDictionary<string, double> units)
    {
        if (Quantity.Read(value, units) is not { } number)
            throw new UsageException($"{option}: '{value}' is not a number, such as 500, 64k or 4M; known units are {string.Join(", ", units.Keys.Where(unit => unit.Length > 0))}");
        return number > 0 ? number : throw new UsageException($"{option} must be above 0, not {value}");
    }

    /// <summary>Why a candidate falls out, for instance <c>24,478,720 MACs &gt; 4,000,000</c>; null where it does not.</summary>
    public string? Violation(Candidate candidate) => value(candidate) is not { } spent ? unknown : spent > Limit ? $"{text(spent)} {what} > {text(Limit)}" : null;

    /// <summary>How far above the budget a candidate is, relative to it: 0.5 for half as much again, 0 within it; null where that is not known.</summary>
    public double? Excess(Candidate candidate) => value(candidate) is { } spent ? Math.Max(0, (spent - Limit) / scale) : null;

    static Budget Count(string key, double limit, Func<Candidate, double?> value, string what, string unknown) =>
        new(key, limit, limit, value, number => number.ToString("#,0.##", CultureInfo.InvariantCulture), what, unknown);
}
