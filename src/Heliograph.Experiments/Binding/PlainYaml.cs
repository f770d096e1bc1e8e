using System.Collections.Immutable;

namespace Heliograph.Experiments.Binding;

/// <summary>
/// Reads the YAML that this program writes, groups of keys with plain or quoted values or lists of them, many times faster than a parser of all of YAML that has just been
/// loaded: tables of runs read a thousand such files. Whatever goes beyond it is for <see cref="YamlTree.Read"/>.
/// </summary>
static class PlainYaml
{
    // Enough for any group of options; deeper is for the parser that refuses it.
    const int MaximumDepth = 16;

    /// <summary>The tree that <see cref="YamlTree.Read"/> would give; null for a text that is not as plain as that.</summary>
    public static YamlTree? Read(string text)
    {
        var lines = new List<Line>();
        int number = 0;
        foreach (var line in text.AsSpan().EnumerateLines())
        {
            number++;
            if (line.IsEmpty)
                continue;
            int indent = line.IndexOfAnyExcept(' ');
            if (indent < 0 || Parse(line[indent..], number, indent) is not { } read)
                return null;
            lines.Add(read);
        }
        int at = 0;
        var map = lines.Count > 0 && lines[0].Indent == 0 ? Map(lines, ref at, 0) : null;
        return at == lines.Count ? map : null;
    }

    static Line? Parse(ReadOnlySpan<char> line, int number, int indent)
    {
        int colon = line.IndexOf(':');
        if (colon <= 0 || !IsKey(line[..colon]))
            return null;
        string key = line[..colon].ToString();
        var rest = line[(colon + 1)..];
        if (rest.IsEmpty)
            return new(number, indent, key, null);
        return rest.Length > 1 && rest[0] == ' ' && Value(rest[1..], number) is { } value ? new(number, indent, key, value) : null;
    }

    static YamlTree? Value(ReadOnlySpan<char> value, int number)
    {
        if (value is not ['[', .. var inside, ']'])
            return Scalar(value, number);
        var items = ImmutableArray.CreateBuilder<YamlTree>();
        if (!inside.IsEmpty)
        {
            foreach (var part in inside.Split(", "))
            {
                if (inside[part].IsEmpty || Scalar(inside[part], number) is not { } item)
                    return null;
                items.Add(item);
            }
        }
        return new YamlTree.List(number, items.ToImmutable());
    }

    static YamlTree.Scalar? Scalar(ReadOnlySpan<char> value, int number)
    {
        if (value is ['"', .. var quoted, '"'])
            return quoted.IndexOfAnyExceptInRange(' ', '~') < 0 && !quoted.ContainsAny('"', '\\') ? new(number, quoted.ToString(), IsQuoted: true) : null;
        foreach (char letter in value)
        {
            if (!(char.IsAsciiLetterOrDigit(letter) || letter is '_' or '.' or '/' or '+' or '-'))
                return null;
        }
        // A dash alone begins a list, and three begin or end a document.
        return value is ['-'] or ['-', '-', '-'] or ['.', '.', '.'] ? null : new(number, value.ToString());
    }

    static bool IsKey(ReadOnlySpan<char> key)
    {
        foreach (char letter in key)
        {
            if (!char.IsAsciiLetterOrDigit(letter))
                return false;
        }
        return true;
    }

    static YamlTree.Map? Map(List<Line> lines, ref int at, int depth)
    {
        if (depth > MaximumDepth)
            return null;
        int indent = lines[at].Indent, first = lines[at].Number;
        var entries = ImmutableArray.CreateBuilder<YamlTree.Entry>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (at < lines.Count && lines[at].Indent == indent)
        {
            var line = lines[at++];
            if (!keys.Add(line.Key))
                return null;
            bool isGroup = line.Value is null && at < lines.Count && lines[at].Indent > indent;
            YamlTree? value = isGroup ? Map(lines, ref at, depth + 1) : line.Value;
            // A key with nothing behind it means null; where exactly, the other parser knows.
            if (value is null)
                return null;
            entries.Add(new(line.Number, line.Key, value));
        }
        // Less is an outer group's; more is an error of indentation.
        return at < lines.Count && lines[at].Indent > indent ? null : new(first, entries.ToImmutable());
    }

    readonly record struct Line(int Number, int Indent, string Key, YamlTree? Value);
}
