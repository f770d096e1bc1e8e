using System.Globalization;

namespace Heliograph.Channels;

/// <summary>The parameters of a channel's text form, each read once.</summary>
sealed class ChannelParameters
{
    readonly Dictionary<string, string> values = new(StringComparer.Ordinal);
    readonly string text;
    readonly string form;

    /// <param name="text">The whole text, for messages.</param>
    /// <param name="form">How the channel is written, for messages.</param>
    /// <param name="parameters">What follows the colon.</param>
    public ChannelParameters(string text, string form, string parameters)
    {
        (this.text, this.form) = (text, form);
        foreach (var (n, part) in parameters.Split(',', StringSplitOptions.TrimEntries).Index())
        {
            if (parameters.Length == 0)
                break;
            string[] pair = part.Split('=', 2);
            // Only the first may have no key.
            if (pair is [_] && n > 0 || !values.TryAdd(pair is [var key, _] ? key : "", pair[^1]))
                throw Refuse($"'{part}' is not a parameter");
        }
    }

    /// <summary>The parameter that may be given without its key; it is required.</summary>
    public double First(string key, double least, double most) =>
        Optional("", least, most) ?? Optional(key, least, most) ?? throw Refuse("its parameter is missing");

    public double Number(string key, double otherwise, double least, double most) => Optional(key, least, most) ?? otherwise;

    public int Whole(string key, int otherwise, int least, int most)
    {
        double number = Number(key, otherwise, least, most);
        return number == Math.Floor(number) ? (int)number : throw Refuse($"{key} must be a whole number");
    }

    /// <summary>One of several words; the first by default.</summary>
    public string Word(string key, params string[] words)
    {
        if (!values.Remove(key, out string? word))
            return words[0];
        return words.Contains(word) ? word : throw Refuse($"{key} must be {string.Join(" or ", words)}, not '{word}'");
    }

    public double? Optional(string key, double least, double most)
    {
        if (!values.Remove(key, out string? value))
            return null;
        return double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) && number >= least && number <= most ? number
            : throw Refuse(string.Create(CultureInfo.InvariantCulture, $"'{value}' is not a number from {least} to {most}"));
    }

    /// <summary>Ends the reading.</summary>
    public void RefuseOthers()
    {
        if (values.Count > 0)
            throw Refuse(values.Keys.First() is { Length: > 0 } key ? $"it has no parameter '{key}'" : $"'{values[""]}' is not one of its parameters");
    }

    UsageException Refuse(string why) => new($"channel '{text}': {why}; it is written {form}");
}
