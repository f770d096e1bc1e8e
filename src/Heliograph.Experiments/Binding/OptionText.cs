using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Heliograph.Experiments.Binding;

/// <summary>Writes one value as YAML that <see cref="OptionValue"/> reads back to an equal one.</summary>
static partial class OptionText
{
    public static string Of(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => Quoted(text),
        Enum member => OptionValue.EnumName(member),
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        int or long or ulong => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture),
        _ when OptionValue.IsParsable(value.GetType()) => OfParsable(value),
        IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Of))}]",
        _ => throw new NotSupportedException($"Options of type {value.GetType()} are not supported."),
    };

    static string OfParsable(object value)
    {
        string text = value is IFormattable formattable ? formattable.ToString(null, CultureInfo.InvariantCulture) : value.ToString() ?? "";
        return NumberOrListOfNumbers().IsMatch(text) ? text : Quoted(text);
    }

    static string Quoted(string text)
    {
        if (PlainWord().IsMatch(text) && !Reserved().IsMatch(text))
            return text;
        var quoted = new StringBuilder("\"");
        for (int i = 0; i < text.Length; i++)
            if (text[i] is '"' or '\\')
                quoted.Append('\\').Append(text[i]);
            else if (text[i] < 0xd800 && !char.IsControl(text[i]) && text[i] is not ('\u2028' or '\u2029'))
                quoted.Append(text[i]);
            else if (char.IsSurrogatePair(text, i))
                quoted.Append(CultureInfo.InvariantCulture, $"\\U{char.ConvertToUtf32(text[i], text[++i]):X8}");
            else
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)text[i]:X4}");
        return quoted.Append('"').ToString();
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_./-]*\z")]
    private static partial Regex PlainWord();

    /// <summary>Words that some YAML reader takes for null or a truth value.</summary>
    [GeneratedRegex(@"^(null|true|false|yes|no|on|off|y|n)\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Reserved();

    [GeneratedRegex(@"^(-?[0-9.]+(E[+-]?[0-9]+)?|\[-?[0-9.]+(, -?[0-9.]+)*\])\z")]
    private static partial Regex NumberOrListOfNumbers();
}
