using System.Globalization;
using System.Reflection;
using System.Runtime.ExceptionServices;
using System.Text.Json;

namespace Heliograph.Experiments.Binding;

/// <summary>Converts one YAML value to .NET. A value that does not fit is a <see cref="FormatException"/> that says what would.</summary>
static class OptionValue
{
    /// <summary>Reads a value that is not null.</summary>
    /// <exception cref="FormatException">
    /// It does not fit; the message continues after the key, for instance <c> must be a number, not 'x'</c>.
    /// </exception>
    public static object Parse(Type type, YamlTree node)
    {
        if (ElementType(type) is { } element)
            return ParseList(type, element, node);
        if (IsParsable(type) && node is YamlTree.List list && list.Items.All(i => i is YamlTree.Scalar))
            return ParseWithType(type, $"[{string.Join(", ", list.Items.Select(i => ((YamlTree.Scalar)i).Text))}]");
        if (node is not YamlTree.Scalar { IsNull: false } scalar)
            throw new FormatException($" must be {Expected(type)}, not {Shown(node)}");
        return ParseScalar(type, scalar.Text);
    }

    /// <summary>The element type of a <see cref="ValueList{T}"/>, else null.</summary>
    public static Type? ElementType(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueList<>) ? type.GenericTypeArguments[0] : null;

    /// <summary>True for types that bring their own way to read text, beyond those which are read here.</summary>
    public static bool IsParsable(Type type) =>
        !type.IsPrimitive && type != typeof(string) && type.GetInterfaces().Any(i =>
            i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>) && i.GenericTypeArguments[0] == type);

    /// <summary>The name of an enum value as it is written: camelCase.</summary>
    public static string EnumName(object value) => JsonNamingPolicy.CamelCase.ConvertName(value.ToString()!);

    static object ParseList(Type type, Type element, YamlTree node)
    {
        if (node is not YamlTree.List list)
            throw new FormatException($" must be {Expected(type)}, not {Shown(node)}");
        Array values = Array.CreateInstance(element, list.Items.Length);
        for (int i = 0; i < values.Length; i++)
        {
            try
            {
                values.SetValue(Parse(element, list.Items[i]), i);
            }
            catch (FormatException e)
            {
                throw new FormatException($"[{i}]{e.Message}", e);
            }
        }
        return type.GetMethod("op_Implicit", [values.GetType()])!.Invoke(null, [values])!;
    }

    static object ParseScalar(Type type, string text)
    {
        CultureInfo culture = CultureInfo.InvariantCulture;
        if (type == typeof(string))
            return text;
        if (type == typeof(bool) && bool.TryParse(text, out bool flag))
            return flag;
        if (type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out int whole))
            return whole;
        if (type == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out long large))
            return large;
        if (type == typeof(ulong) && ulong.TryParse(text, NumberStyles.None, culture, out ulong natural))
            return natural;
        if (type == typeof(double) && double.TryParse(text, NumberStyles.Float, culture, out double number) && double.IsFinite(number))
            return number;
        if (type.IsEnum && Enum.GetValues(type).Cast<object>().FirstOrDefault(v => Plain(v.ToString()!) == Plain(text)) is { } member)
            return member;
        if (IsParsable(type))
            return ParseWithType(type, text);
        if (type == typeof(int) && IsWhole(text))
            throw new FormatException($" must lie between {int.MinValue} and {int.MaxValue}, not '{OneLine.Of(text)}'");
        if (type == typeof(long) && IsWhole(text))
            throw new FormatException($" must lie between {long.MinValue} and {long.MaxValue}, not '{OneLine.Of(text)}'");
        throw new FormatException($" must be {Expected(type)}, not '{OneLine.Of(text)}'");
    }

    static bool IsWhole(string text) =>
        text.TrimStart('-', '+') is { Length: > 0 } digits && digits.All(char.IsAsciiDigit);

    /// <summary>Names of enum values may have other case, hyphens and underscores: <c>taylor-gate</c> is <c>TaylorGate</c>.</summary>
    static string Plain(string name) =>
        name.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal).ToUpperInvariant();

    static object ParseWithType(Type type, string text)
    {
        try
        {
            return typeof(OptionValue).GetMethod(nameof(ParseParsable), BindingFlags.NonPublic | BindingFlags.Static)!
                .MakeGenericMethod(type).Invoke(null, [text])!;
        }
        catch (TargetInvocationException e)
            when (e.InnerException is FormatException or OverflowException or ArgumentException or UsageException)
        {
            throw new FormatException($": {OneLine.Of(e.InnerException.Message)}", e.InnerException);
        }
        catch (TargetInvocationException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerException!);
            throw;
        }
    }

    static object ParseParsable<T>(string text) where T : IParsable<T> => T.Parse(text, CultureInfo.InvariantCulture);

    static string Expected(Type type) =>
        type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(ulong) ? "a whole number, 0 or more"
        : type == typeof(double) ? "a number"
        : type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "text"
        : type.IsEnum ? $"one of {string.Join(", ", Enum.GetValues(type).Cast<object>().Select(EnumName))}"
        : ElementType(type) is { } element ? $"a list, each item {Expected(element)}"
        : IsParsable(type) ? "a single value or a list of them"
        : throw new NotSupportedException($"Options of type {type} are not supported.");

    static string Shown(YamlTree node) => node switch
    {
        YamlTree.Scalar { IsNull: true, Text: "" } => "nothing",
        YamlTree.Scalar scalar => $"'{OneLine.Of(scalar.Text)}'",
        YamlTree.List => "a list",
        _ => "a group of keys",
    };
}
