using System.Text;

namespace Heliograph.Experiments.Binding;

/// <summary>
/// Binds YAML and <c>key=value</c> overrides to an immutable record with defaults, and writes the record back.
/// Keys are the property names in camelCase; nested records are groups of keys, named with dots: <c>joint.epochs</c>.
/// A property may be an int, long, double (finite), bool, string, enum (camelCase), a type with
/// <see cref="IParsable{TSelf}"/> (a YAML list is handed to it as its text, <c>[0, 20]</c>), a <c>T[]</c> or
/// <see cref="IReadOnlyList{T}"/> of these, a nested record, or nullable.
/// </summary>
public static class OptionsBinder
{
    /// <summary>Reads options: the record's defaults, then the file, then the overrides in their order, then validation.</summary>
    /// <param name="yaml">The file's text; empty leaves every default.</param>
    /// <param name="source">The file's name, for messages.</param>
    /// <param name="overrides">
    /// Texts like <c>joint.epochs=20</c>; <c>key=</c> and <c>key=null</c> reset a nullable key. Where one option takes another's place
    /// (<see cref="InsteadOfAttribute"/>), one of them takes the place of what the file gives, and both are refused.
    /// </param>
    /// <exception cref="UsageException">
    /// The text is not YAML, a key is unknown or given twice, or a value has the wrong type or range.
    /// One line: file and line (unless an override is at fault), key, what is wrong, what would be right.
    /// </exception>
    public static T Bind<T>(string yaml, string source, IEnumerable<string>? overrides = null) where T : class, new()
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentNullException.ThrowIfNull(source);
        return (T)new OptionsReader(OptionsSchema.Of(typeof(T)), source).Run(YamlTree.Read(yaml, source), overrides ?? []);
    }

    /// <summary>Writes every key of a record, defaults too, as YAML that binds to an equal record.</summary>
    public static string ToYaml<T>(T options) where T : class
    {
        ArgumentNullException.ThrowIfNull(options);
        var yaml = new StringBuilder();
        Append(yaml, OptionsSchema.Of(typeof(T)), options, indent: "");
        return yaml.ToString();
    }

    /// <summary>
    /// Every key with its dots and its value as YAML text, in the order of the properties: two experiments are equal when these are.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Flatten<T>(T options) where T : class
    {
        ArgumentNullException.ThrowIfNull(options);
        var flat = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        Flatten(flat, OptionsSchema.Of(options.GetType()), options, prefix: "");
        return flat;
    }

    static void Append(StringBuilder yaml, OptionsSchema schema, object record, string indent)
    {
        foreach (OptionField field in schema.Fields)
        {
            object? value = field.Property.GetValue(record);
            yaml.Append(indent).Append(field.Key).Append(':');
            if (field.Section is { } section && value is not null)
            {
                // An empty group must not read as null.
                yaml.Append(section.Fields.IsEmpty ? " {}\n" : "\n");
                Append(yaml, section, value, indent + "  ");
            }
            else
            {
                yaml.Append(' ').Append(OptionText.Of(value)).Append('\n');
            }
        }
    }

    static void Flatten(OrderedDictionary<string, string> flat, OptionsSchema schema, object record, string prefix)
    {
        foreach (OptionField field in schema.Fields)
        {
            object? value = field.Property.GetValue(record);
            if (field.Section is { } section && value is not null)
                Flatten(flat, section, value, $"{prefix}{field.Key}.");
            else
                flat.Add(prefix + field.Key, OptionText.Of(value));
        }
    }
}
