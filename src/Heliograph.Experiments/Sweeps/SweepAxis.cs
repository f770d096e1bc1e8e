using System.Globalization;
using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments.Sweeps;

/// <summary>One key of an experiment and the values that a sweep gives it.</summary>
/// <param name="Key">With its dots, such as <c>prune.ratio</c>.</param>
/// <param name="Values">As they would be written behind <c>key=</c>; at least one.</param>
public sealed record SweepAxis(string Key, ValueList<string> Values)
{
    const int MostValues = 10_000;

    /// <summary>Reads <c>key=a,b,c</c>, <c>key=[a, b]</c> or <c>key=low:high:step</c>.</summary>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static SweepAxis Parse(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new UsageException($"--sweep: '{OneLine.Of(text)}' is not KEY=VALUE,VALUE…; write for instance --sweep joint.rate=0.01,0.02");
        string key = text[..equals].Trim();
        string value = text[(equals + 1)..].Trim();
        if (Range(key, value) is { } range)
            return new(key, range);
        string list = value.StartsWith('[') ? value : $"[{value}]";
        return YamlTree.Read(list, "--sweep") is YamlTree.List items && items.Items.Length > 0
            ? new(key, [.. items.Items.Select(item => Text(item, "--sweep", key))])
            : throw new UsageException($"--sweep: {OneLine.Of(key)} has no values");
    }

    /// <summary>Reads <c>1..3</c>, <c>1,2,5</c> or <c>[1, 2, 5]</c>.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="where">Begins the message.</param>
    /// <exception cref="UsageException">It is none of these.</exception>
    public static IReadOnlyList<ulong> Seeds(string text, string where)
    {
        string[] ends = text.Split("..");
        if (ends.Length == 2 && Seed(ends[0]) is { } first && Seed(ends[1]) is { } last && first <= last && last - first < MostValues)
            return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => first + (ulong)i)];
        ulong?[] seeds = [.. text.Trim('[', ']').Split(',').Select(Seed)];
        return ends.Length == 1 && seeds.All(seed => seed is not null) ? [.. seeds.Select(seed => seed!.Value)]
            : throw new UsageException($"{where}: '{OneLine.Of(text)}' is neither a range such as 1..3 nor a list such as 1,2,5");

        static ulong? Seed(string text) => ulong.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed) ? seed : null;
    }

    /// <summary>The values of an axis in a file: a list, or a range <c>low:high:step</c>.</summary>
    internal static SweepAxis Of(string key, YamlTree value, string source) => value switch
    {
        YamlTree.List { Items.Length: > 0 } list => new(key, [.. list.Items.Select(item => Text(item, source, key))]),
        YamlTree.Scalar { IsNull: false } scalar => Range(key, scalar.Text) is { } range ? new(key, range) : new(key, [scalar.Text]),
        _ => throw new UsageException($"{source}:{value.Line}: {key}: a list of values is expected, such as [0.25, 0.5], or a range low:high:step"),
    };

    /// <summary>A value as it would be written behind <c>key=</c>.</summary>
    internal static string Text(YamlTree item, string source, string key) => item switch
    {
        YamlTree.Scalar { IsNull: true } => "null",
        YamlTree.Scalar scalar => scalar.Text,
        YamlTree.List list => $"[{string.Join(", ", list.Items.Select(inner => Text(inner, source, key)))}]",
        _ => throw new UsageException($"{source}:{item.Line}: {key}: a value is expected, not a group of keys"),
    };

    // low:high:step; SNRs have ranges of two numbers, and grids of three that are themselves one value.
    static string[]? Range(string key, string text)
    {
        string[] parts = text.Split(':');
        if (parts.Length != 3 || key.EndsWith("snr", StringComparison.Ordinal) || !parts.All(part => decimal.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
            return null;
        decimal[] numbers = [.. parts.Select(part => decimal.Parse(part, NumberStyles.Float, CultureInfo.InvariantCulture))];
        var (low, high, step) = (numbers[0], numbers[1], numbers[2]);
        if (step <= 0 || high < low || (high - low) / step >= MostValues)
            throw new UsageException($"{key}: {OneLine.Of(text)} is no range: low:high:step with low ≤ high, a step above 0 and at most {MostValues} values");
        return [.. Enumerable.Range(0, (int)((high - low) / step) + 1).Select(i => (low + i * step).ToString(CultureInfo.InvariantCulture))];
    }
}
