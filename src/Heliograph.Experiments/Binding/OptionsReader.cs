using Heliograph.Wording;

namespace Heliograph.Experiments.Binding;

/// <summary>One reading of options. Remembers where each key was set, so that range errors can say it.</summary>
sealed class OptionsReader(OptionsSchema root, string source)
{
    readonly Dictionary<string, int> lines = new(StringComparer.Ordinal);
    readonly HashSet<string> overridden = new(StringComparer.Ordinal);

    public object Run(YamlTree? file, IEnumerable<string> overrides)
    {
        object options = root.Create();
        if (file is YamlTree.Map map)
            Fill(root, options, map, prefix: "");
        else if (file is not (null or YamlTree.Scalar { IsNull: true }))
            throw Error(file.Line, "an experiment must be a list of keys and values, for instance 'seed: 1'");
        foreach (string text in overrides)
            Override(options, text);
        Validate(root, options, prefix: "");
        return options;
    }

    /// <summary>Applies the map to a record that nobody else has seen yet.</summary>
    void Fill(OptionsSchema schema, object record, YamlTree.Map map, string prefix)
    {
        foreach (YamlTree.Entry entry in map.Entries)
        {
            OptionField field = schema.Find(entry.Key) ?? throw Unknown(entry.Line, schema, prefix, entry.Key);
            Set(field, record, entry.Value, entry.Line, prefix + field.Key);
        }
    }

    void Set(OptionField field, object record, YamlTree node, int line, string key)
    {
        lines[key] = line;
        bool isNull = node is YamlTree.Scalar { IsNull: true };
        if (isNull && field.IsNullable)
        {
            field.Property.SetValue(record, null);
        }
        else if (field.Section is { } section)
        {
            // A group without keys keeps its defaults; on the command line it is a mistake.
            if (node is YamlTree.Map map)
                Fill(section, Open(field, section, record), map, key + ".");
            else if (!isNull || line == 0)
                throw Error(line, $"{key} is a group of keys; set one of {Listed(section, key + ".")}");
        }
        else
        {
            try
            {
                field.Property.SetValue(record, OptionValue.Parse(field.Type, node));
            }
            catch (FormatException e)
            {
                throw Error(line, key + e.Message, e);
            }
        }
    }

    /// <summary>Replaces a nested record by a copy (or a new one if it is null), so that shared defaults stay as they are.</summary>
    static object Open(OptionField field, OptionsSchema section, object record)
    {
        object copy = field.Property.GetValue(record) is { } current ? section.Clone(current) : section.Create();
        field.Property.SetValue(record, copy);
        return copy;
    }

    void Override(object options, string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0)
            throw new UsageException($"'{OneLine.Of(text)}' is not key=value; write for instance {root.Keys("").FirstOrDefault()}=1");
        string key = text[..equals].Trim(), value = text[(equals + 1)..].Trim(), prefix = "";
        (OptionsSchema schema, object record) = (root, options);
        string[] parts = key.Split('.');
        foreach (string part in parts[..^1])
        {
            if (schema.Find(part) is not { Section: { } section } field)
                throw Unknown(0, schema, prefix, key[prefix.Length..]);
            (schema, record) = (section, Open(field, section, record));
            prefix += part + ".";
        }
        OptionField last = schema.Find(parts[^1]) ?? throw Unknown(0, schema, prefix, parts[^1]);
        Set(last, record, Parsed(last, value, key), line: 0, key);
        overridden.Add(key);
        foreach (OptionField other in schema.Fields.Where(f => f.InsteadOf is not null))
        {
            OptionField plain = schema.Fields.Single(f => f.Property.Name == other.InsteadOf);
            if (last == other || last == plain)
                TakePlace(last, schema, record, other, plain, prefix);
        }
    }

    /// <summary>Of two options of which one takes the other's place, one was overridden: it is the one that counts.</summary>
    void TakePlace(OptionField given, OptionsSchema schema, object record, OptionField other, OptionField plain, string prefix)
    {
        object? byDefault = plain.Property.GetValue(schema.Create());
        bool both = other.Property.GetValue(record) is not null && !Equals(plain.Property.GetValue(record), byDefault);
        if (both && overridden.Contains(prefix + other.Key) && overridden.Contains(prefix + plain.Key))
            throw new UsageException($"{prefix}{plain.Key} and {prefix}{other.Key} cannot both be given: one replaces the other");
        if (given == plain && !overridden.Contains(prefix + other.Key))
            other.Property.SetValue(record, null);
        else if (other.Property.GetValue(record) is not null)
            plain.Property.SetValue(record, byDefault);
    }

    /// <summary>The value of an override: a list if one is expected (brackets are optional), else the text as it is.</summary>
    static YamlTree Parsed(OptionField field, string value, string key)
    {
        var scalar = new YamlTree.Scalar(0, value, IsQuoted: field.Type == typeof(string) && !field.IsNullable);
        if (OptionValue.ElementType(field.Type) is null || (scalar.IsNull && field.IsNullable))
            return scalar;
        try
        {
            return YamlTree.Read(value.StartsWith('[') ? value : $"[{value}]", key) ?? scalar;
        }
        catch (UsageException)
        {
            return scalar; // refused where the type is known, with what would be right
        }
    }

    void Validate(OptionsSchema schema, object record, string prefix)
    {
        foreach (OptionField field in schema.Fields)
            if (field.Section is { } section && field.Property.GetValue(record) is { } nested)
                Validate(section, nested, $"{prefix}{field.Key}.");
        try
        {
            (record as IValidated)?.Validate(new(prefix, overridden));
        }
        catch (OptionException e)
        {
            throw Error(lines.GetValueOrDefault(e.Key), e.Message, e);
        }
    }

    UsageException Unknown(int line, OptionsSchema schema, string prefix, string key)
    {
        string? near = Near(prefix + key, [.. root.Keys("")]);
        string hint = near is not null ? $"did you mean {near}?" : $"known are {Listed(schema, prefix)}";
        return Error(line, $"{prefix}{OneLine.Of(key)}: no such key; {hint}");
    }

    // Part by part, so that a shared group makes nothing near; or the same last word elsewhere, as when someone leaves out the group.
    static string? Near(string typed, string[] known)
    {
        string[] parts = typed.Split('.');
        string ending = "." + typed;
        bool IsNear(string candidate) => candidate.Split('.') is var other && other.Length == parts.Length
            && parts.Zip(other).All(pair => pair.First == pair.Second || Nearest.To(pair.First, [pair.Second]) is not null);
        return Nearest.To(typed, known.Where(IsNear))
            ?? known.FirstOrDefault(candidate => parts.Length == 1 && candidate.EndsWith(ending, StringComparison.OrdinalIgnoreCase));
    }

    static string Listed(OptionsSchema schema, string prefix) => string.Join(", ", schema.Fields.Select(f => prefix + f.Key));

    UsageException Error(int line, string message, Exception? inner = null)
    {
        string where = line > 0 ? $"{source}:{line}: " : "";
        return inner is null ? new UsageException(where + message) : new UsageException(where + message, inner);
    }
}
