using System.Text.RegularExpressions;

namespace Heliograph.Evaluation.Overview;

/// <summary>Which runs are wanted, and in which order.</summary>
public sealed partial class RunQuery
{
    // SI prefixes, and times in seconds.
    static readonly Dictionary<string, double> Units = new(Quantity.Si) { ["s"] = 1, ["min"] = 60, ["h"] = 3600, ["d"] = 86400 };

    readonly (RunKey Key, string Sign, string Text, double? Number)[] conditions;
    readonly (RunKey Key, bool Falls)[] order;

    RunQuery((RunKey, string, string, double?)[] conditions, (RunKey, bool)[] order) => (this.conditions, this.order) = (conditions, order);

    /// <summary>Reads a query.</summary>
    /// <param name="keys">The keys that there are.</param>
    /// <param name="where">Conditions, all of which are to hold: <c>split=pool4</c>, <c>macs&lt;4M</c>, <c>seed!=1</c>, <c>age&lt;2h</c>.</param>
    /// <param name="sort">Keys with commas between, the first first, each with <c>-</c> before it where the largest is to come first; null for the runs' own order.</param>
    /// <exception cref="UsageException">A key is unknown, or a condition makes no sense.</exception>
    public static RunQuery Parse(RunKeys keys, IEnumerable<string> where, string? sort) => new(
        [.. where.Select(text => Condition(keys, text))],
        [.. (sort ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(name => (keys.Find(name.TrimStart('-'), "--sort"), name.StartsWith('-')))]);

    /// <summary>All runs, by one key.</summary>
    public static RunQuery By(RunKey key) => new([], [(key, false)]);

    /// <summary>The runs that are wanted, in the order that is wanted. Those without a value come last.</summary>
    public IReadOnlyList<RunSummary> Of(IEnumerable<RunSummary> runs)
    {
        var sorted = runs.Where(run => conditions.All(condition => Holds(condition, run))).OrderBy(_ => 0);
        foreach (var (key, falls) in order)
        {
            sorted = sorted.ThenBy(run => key.Value(run) is null);
            sorted = falls ? sorted.ThenByDescending(key.Value, Values) : sorted.ThenBy(key.Value, Values);
        }
        return [.. sorted];
    }

    static Comparer<object?> Values { get; } = Comparer<object?>.Create((a, b) => (a, b) switch
    {
        (double x, double y) => x.CompareTo(y),
        // Numbers before texts.
        (double, _) => -1,
        (_, double) => 1,
        _ => string.CompareOrdinal(a as string, b as string),
    });

    static bool Holds((RunKey Key, string Sign, string Text, double? Number) condition, RunSummary run)
    {
        object? value = condition.Key.Value(run);
        bool equal = value is double number && condition.Number is { } wanted ? number == wanted : value is not null && condition.Key.Text(value) == condition.Text;
        return condition.Sign switch
        {
            "=" => equal,
            "!=" => !equal,
            "<" => value is double x && x < condition.Number,
            ">" => value is double x && x > condition.Number,
            "<=" => value is double x && x <= condition.Number,
            _ => value is double x && x >= condition.Number,
        };
    }

    static (RunKey, string, string, double?) Condition(RunKeys keys, string text)
    {
        if (Form().Match(text) is not { Success: true } form)
            throw new UsageException($"--where: KEY=VALUE, KEY!=VALUE, KEY<VALUE, KEY<=VALUE, KEY>VALUE or KEY>=VALUE, such as macs<4M; not '{text}'");
        var key = keys.Find(form.Groups[1].Value, "--where");
        string sign = form.Groups[2].Value, value = form.Groups[3].Value;
        double? number = Quantity.Read(value, Units);
        if (sign is not ("=" or "!=") && number is null)
            throw new UsageException($"--where: {sign} compares numbers, such as {key.Name}{sign}4M or age<2h; '{value}' is none");
        return (key, sign, value, number);
    }

    [GeneratedRegex(@"^\s*([A-Za-z0-9.]+)\s*(<=|>=|!=|=|<|>)\s*(.*?)\s*$")]
    private static partial Regex Form();
}
