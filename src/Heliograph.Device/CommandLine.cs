using System.Globalization;
using Heliograph.Wording;

namespace Heliograph.Device;

/// <summary>
/// The options and arguments of one command. Written by hand, since the library that the other programs use would take 0.7 of the program's
/// 4 MB.
/// </summary>
sealed class CommandLine
{
    readonly Dictionary<string, string?> values = new(StringComparer.Ordinal);
    readonly List<string> arguments = [];

    /// <summary>The arguments that are not options.</summary>
    public IReadOnlyList<string> Arguments => arguments;

    /// <summary>Reads <c>--name value</c>, <c>--name=value</c>, switches and arguments; everything after <c>--</c> is an argument.</summary>
    /// <exception cref="UsageException">An option is unknown, lacks its value, or is given twice.</exception>
    public static CommandLine Parse(string command, IReadOnlyList<Option> options, IReadOnlyList<string> words)
    {
        var line = new CommandLine();
        for (int i = 0; i < words.Count; i++)
        {
            string word = words[i];
            if (word == "--")
            {
                line.arguments.AddRange(words.Skip(i + 1));
                break;
            }
            if (!word.StartsWith('-') || word == "-")
            {
                line.arguments.Add(word);
                continue;
            }
            int equals = word.IndexOf('=');
            string name = equals < 0 ? word : word[..equals];
            var option = options.FirstOrDefault(option => option.Name == name) ?? throw Unknown(command, name, options);
            string? value = equals < 0 ? null : word[(equals + 1)..];
            if (option.Value is null && value is not null)
                throw new UsageException($"{name} takes no value");
            if (option.Value is not null && value is null && ++i == words.Count)
                throw new UsageException($"{name} needs a value: {name} {option.Value}");
            if (!line.values.TryAdd(name, option.Value is null ? null : value ?? words[i]))
                throw new UsageException($"{name} is given twice");
        }
        return line;
    }

    /// <summary>True when the option is given.</summary>
    public bool Has(string name) => values.ContainsKey(name);

    /// <summary>The option's text, or null.</summary>
    public string? Text(string name) => values.GetValueOrDefault(name);

    /// <summary>The option's text.</summary>
    /// <exception cref="UsageException">It is not given.</exception>
    public string Required(string name, string what) => Text(name) ?? throw new UsageException($"{name} {what} is missing");

    /// <summary>The option's number, or a default.</summary>
    /// <exception cref="UsageException">It is none, or out of range.</exception>
    public double Number(string name, double otherwise, double minimum, double maximum) =>
        Text(name) is not { } text ? otherwise
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value >= minimum && value <= maximum ? value
        : throw new UsageException(string.Create(CultureInfo.InvariantCulture, $"{name} must be a number from {minimum} to {maximum}, not '{text}'"));

    /// <summary>The option's whole number, or null.</summary>
    /// <exception cref="UsageException">It is none, or out of range.</exception>
    public ulong? Whole(string name, ulong maximum = ulong.MaxValue) =>
        Text(name) is not { } text ? null
        : (text.StartsWith("0x", StringComparison.Ordinal)
            ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value)
            : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value)) && value <= maximum ? value
        : throw new UsageException($"{name} must be a whole number from 0 to {maximum}, not '{text}'");

    static UsageException Unknown(string command, string name, IReadOnlyList<Option> options) =>
        new($"{command}: there is no option '{name}'; " + (Nearest.To(name, options.Where(option => option.Description is not null).Select(option => option.Name)) is { } near
            ? $"did you mean {near}?"
            : $"see heliograph-device {command} --help"));
}
