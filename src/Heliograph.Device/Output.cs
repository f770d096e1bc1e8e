using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Heliograph.Files;
using Heliograph.Wording;

namespace Heliograph.Device;

/// <summary>Standard output and error, without the console's machinery, which costs milliseconds at the start.</summary>
static class Output
{
    static readonly Lazy<Stream> Standard = new(Console.OpenStandardOutput);

    /// <summary>Writes a text to standard output.</summary>
    /// <exception cref="ClosedPipeException">Nobody reads it.</exception>
    public static void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes one JSON object on its own line.</summary>
    /// <exception cref="ClosedPipeException">Nobody reads it.</exception>
    public static void WriteJson(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        Write(buffer.WrittenSpan);
    }

    /// <summary>Writes a line to standard error.</summary>
    public static void Note(FormattableString line)
    {
        using var error = Console.OpenStandardError();
        error.Write(Encoding.UTF8.GetBytes(Printable.Line(line.ToString(CultureInfo.InvariantCulture)) + "\n"));
    }

    static void Write(ReadOnlySpan<byte> bytes)
    {
        if (ClosedPipe.IsAtOutput)
            throw new ClosedPipeException();
        Standard.Value.Write(bytes);
        Standard.Value.Flush();
    }

    /// <summary>Reports an error on one line of standard error.</summary>
    public static void Error(string message) => Note($"error: {message.Trim()}");
}
