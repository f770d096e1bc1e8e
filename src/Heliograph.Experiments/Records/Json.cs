using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Heliograph.Files;

namespace Heliograph.Experiments.Records;

/// <summary>How this project writes JSON: camelCase, invariant, nothing escaped that need not be.</summary>
public static class Json
{
    /// <summary>The longest file that is read, in bytes.</summary>
    public const int MostBytes = 64 << 20;

    /// <summary>On one line.</summary>
    public static JsonSerializerOptions Compact { get; } = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.Strict,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase), new ValueListConverter() },
    };

    /// <summary>For files that people read.</summary>
    public static JsonSerializerOptions Indented { get; } = new(Compact) { WriteIndented = true };

    /// <summary>Writes a file, whole or not at all, that carries its own hash (<see cref="Seal"/>).</summary>
    public static void WriteSealed<T>(string path, T value) where T : class
    {
        var json = JsonSerializer.SerializeToNode(value, Indented)!.AsObject();
        json[Seal.Key] = Seal.Blank;
        AtomicFile.Write(path, stream =>
        {
            stream.Write(Encoding.UTF8.GetBytes(json.ToJsonString(Indented) + "\n"));
            Seal.Set(stream);
        });
    }

    /// <summary>Reads a file that this project wrote.</summary>
    /// <exception cref="InvalidDataException">It is damaged; the message names it.</exception>
    public static T ReadFile<T>(string path) where T : class
    {
        try
        {
            var value = JsonSerializer.Deserialize<T>(BoundedFile.ReadAllText(path, MostBytes), Compact) ?? throw new InvalidDataException($"{path}: damaged: it is empty");
            Seal.Check(path);
            return value;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: damaged, line {e.LineNumber + 1}; delete it, and its content will be made again", e);
        }
    }

    /// <summary>Reads a file of one object a line; lines that a kill cut short are left out.</summary>
    /// <exception cref="InvalidDataException">It is too long; the message names it.</exception>
    public static IReadOnlyList<T> ReadLines<T>(string path) where T : class => File.Exists(path)
        ? [.. BoundedFile.ReadAllLines(path, MostBytes).Select(Line<T>).OfType<T>()]
        : [];

    /// <summary>Appends a line to such a file and flushes it to disk. A line that a kill cut short stays a separate line.</summary>
    public static void AppendLine<T>(string path, T value) where T : class
    {
        bool isNew = !File.Exists(path);
        using (var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read))
        {
            file.Seek(isNew || file.Length == 0 ? 0 : -1, SeekOrigin.End);
            bool cut = file.ReadByte() is not (-1 or '\n');
            file.Write(Encoding.UTF8.GetBytes((cut ? "\n" : "") + JsonSerializer.Serialize(value, Compact) + "\n"));
            file.Flush(flushToDisk: true);
        }
        if (isNew)
            DurableFolder.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

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
