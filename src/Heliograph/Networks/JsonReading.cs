using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>
/// Reads JSON by hand. The framework's serializer, which writes the same texts, would take half a megabyte of the device program and
/// milliseconds of its start.
/// </summary>
static class JsonReading
{
    /// <summary>A text read as one JSON value; whatever is wrong with it becomes an <see cref="InvalidDataException"/>.</summary>
    public static T Read<T>(ReadOnlyMemory<byte> json, Func<JsonElement, T> read)
    {
        try
        {
            // Some editors start a file with a byte order mark.
            using var document = JsonDocument.Parse(json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json);
            return read(document.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException(e.Message.ReplaceLineEndings("\n").Split('\n')[0], e);
        }
    }

    public static JsonElement Member(this JsonElement json, string name) =>
        json.Optional(name) ?? throw new InvalidDataException($"\"{name}\" is missing");

    public static JsonElement? Optional(this JsonElement json, string name) =>
        json.ValueKind != JsonValueKind.Object ? throw new InvalidDataException($"an object with \"{name}\" is expected, not {Shown(json)}")
        : json.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value
        : null;

    public static string Text(this JsonElement json, string name) => Text(json.Member(name));

    public static string? OptionalText(this JsonElement json, string name) => json.Optional(name) is { } value ? Text(value) : null;

    public static int Whole(this JsonElement json, string name, int? otherwise = null)
    {
        if ((json.Optional(name) ?? (otherwise is null ? json.Member(name) : null)) is not { } value)
            return otherwise!.Value;
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number) ? number
            : throw new InvalidDataException($"\"{name}\" is not a whole number: {Shown(value)}");
    }

    public static long Long(this JsonElement json, string name) =>
        json.Member(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out long number) ? number
        : throw new InvalidDataException($"\"{name}\" is not a whole number: {Shown(json.Member(name))}");

    public static double Number(this JsonElement json, string name, double? otherwise = null) =>
        json.OptionalNumber(name) ?? otherwise ?? throw new InvalidDataException($"\"{name}\" is missing");

    public static double? OptionalNumber(this JsonElement json, string name) =>
        json.Optional(name) is not { } value ? null
        : value.ValueKind == JsonValueKind.Number && double.IsFinite(value.GetDouble()) ? value.GetDouble()
        : throw new InvalidDataException($"\"{name}\" is not a number: {Shown(value)}");

    public static bool Flag(this JsonElement json, string name, bool otherwise = false) => json.Optional(name) switch
    {
        null => otherwise,
        { ValueKind: JsonValueKind.False } => false,
        { ValueKind: JsonValueKind.True } => true,
        { } value => throw new InvalidDataException($"\"{name}\" is neither true nor false: {Shown(value)}"),
    };

    public static T[] List<T>(this JsonElement json, string name, Func<JsonElement, T> read)
    {
        if (json.Member(name) is not { ValueKind: JsonValueKind.Array } list)
            throw new InvalidDataException($"\"{name}\" is not a list: {Shown(json.Member(name))}");
        var items = new T[list.GetArrayLength()];
        int i = 0;
        foreach (var item in list.EnumerateArray())
            items[i++] = read(item);
        return items;
    }

    public static int Whole(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number && json.TryGetInt32(out int number) ? number : throw new InvalidDataException($"a whole number is expected, not {Shown(json)}");

    public static string Text(JsonElement json) =>
        json.ValueKind == JsonValueKind.String ? json.GetString()! : throw new InvalidDataException($"a text is expected, not {Shown(json)}");

    public static float Single(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number ? json.GetSingle() : throw new InvalidDataException($"a number is expected, not {Shown(json)}");

    public static double Double(JsonElement json) =>
        json.ValueKind == JsonValueKind.Number ? json.GetDouble() : throw new InvalidDataException($"a number is expected, not {Shown(json)}");

    static string Shown(JsonElement json)
    {
        string text = json.GetRawText().ReplaceLineEndings(" ");
        return text.Length <= 40 ? text : text[..40] + "…";
    }
}
