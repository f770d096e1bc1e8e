using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Heliograph.Training.Runs;

/// <summary>How this project writes JSON: camelCase, invariant, nothing escaped that need not be.</summary>
public static class Json
{
    /// <summary>On one line.</summary>
    public static JsonSerializerOptions Compact { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>For files that people read.</summary>
    public static JsonSerializerOptions Indented { get; } = new(Compact) { WriteIndented = true };

    /// <summary>Reads a file that this project wrote.</summary>
    /// <exception cref="InvalidDataException">It is damaged; the message names it.</exception>
    public static T ReadFile<T>(string path) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(File.ReadAllText(path), Compact) ?? throw new InvalidDataException($"{path}: damaged: it holds nothing");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: damaged, line {e.LineNumber + 1}; delete it, and what it held is made again", e);
        }
    }

    /// <summary>Reads a file of one object a line; lines that a kill cut short are left out.</summary>
    public static IReadOnlyList<T> ReadLines<T>(string path) where T : class => File.Exists(path)
        ? [.. File.ReadLines(path).Select(Line<T>).OfType<T>()]
        : [];

    static T? Line<T>(string line) where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(line, Compact);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
