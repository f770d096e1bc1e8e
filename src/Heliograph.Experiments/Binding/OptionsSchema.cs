using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;

namespace Heliograph.Experiments.Binding;

/// <summary>One key of an options record.</summary>
/// <param name="Key">The property's name in camelCase.</param>
/// <param name="Property">The property.</param>
/// <param name="Type">Its type, without <see cref="Nullable{T}"/>.</param>
/// <param name="IsNullable">Whether null is a value.</param>
sealed record OptionField(string Key, PropertyInfo Property, Type Type, bool IsNullable)
{
    /// <summary>The keys below this one when it is a nested record, else null.</summary>
    public OptionsSchema? Section { get; } = OptionsSchema.IsRecord(Type) ? OptionsSchema.Of(Type) : null;

    /// <summary>Until when it may change in a resumed run; null if it does not say so itself.</summary>
    public MayChange? MayChange { get; } = Property.GetCustomAttribute<MayChangeAttribute>()?.Until;

    /// <summary>Name of the property that it replaces when it is not null, else null.</summary>
    public string? InsteadOf { get; } = Property.GetCustomAttribute<InsteadOfAttribute>()?.Property;
}

/// <summary>The keys of an options record, in the order of its properties.</summary>
sealed class OptionsSchema
{
    static readonly ConcurrentDictionary<Type, OptionsSchema> Known = new();

    readonly MethodInfo clone;

    OptionsSchema(Type type)
    {
        Type = type;
        clone = CloneMethod(type) ?? throw new ArgumentException($"{type.Name} is not a record.");
        var nullability = new NullabilityInfoContext();
        Fields =
        [
            .. type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.SetMethod is { IsPublic: true } && p.GetIndexParameters().Length == 0)
                .OrderBy(p => p.MetadataToken)
                .Select(p => new OptionField(
                    JsonNamingPolicy.CamelCase.ConvertName(p.Name),
                    p,
                    Nullable.GetUnderlyingType(p.PropertyType) ?? p.PropertyType,
                    nullability.Create(p).WriteState == NullabilityState.Nullable)),
        ];
    }

    public Type Type { get; }

    public ImmutableArray<OptionField> Fields { get; }

    /// <exception cref="ArgumentException">The type, or one nested in it, is not a record.</exception>
    public static OptionsSchema Of(Type type) => Known.GetOrAdd(type, t => new OptionsSchema(t));

    public static bool IsRecord(Type type) => type.IsClass && CloneMethod(type) is not null && !OptionValue.IsParsable(type);

    public OptionField? Find(string key) => Fields.FirstOrDefault(f => f.Key == key);

    /// <summary>Every key from here downward, sections included, with its dots.</summary>
    public IEnumerable<string> Keys(string prefix) => Fields.SelectMany(f =>
        f.Section is { } section ? section.Keys($"{prefix}{f.Key}.").Prepend(prefix + f.Key) : [prefix + f.Key]);

    /// <summary>Until when a key, given with its dots, may change in a resumed run; a group decides for its options.</summary>
    public MayChange MayChange(string key)
    {
        var schema = this;
        MayChange? until = null;
        foreach (string part in key.Split('.'))
        {
            if (schema?.Find(part) is not { } field)
                break;
            until ??= field.MayChange;
            schema = field.Section;
        }
        return until ?? Binding.MayChange.UntilUsed;
    }

    /// <summary>A record with every option at its default.</summary>
    public object Create() => Activator.CreateInstance(Type)!;

    /// <summary>A copy, to be changed before anyone else sees it.</summary>
    public object Clone(object record) => clone.Invoke(record, null)!;

    static MethodInfo? CloneMethod(Type type) => type.GetMethod("<Clone>$");
}
