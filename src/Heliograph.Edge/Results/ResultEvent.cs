using System.Buffers;
using System.Text.Json;
using Heliograph.Codes;
using Heliograph.Edge.Devices;
using Heliograph.Edge.Intake;
using Heliograph.Links;
using Heliograph.Pairs;

namespace Heliograph.Edge.Results;

/// <summary>Writes a result as a server-sent event (docs/edge.md). Not thread-safe.</summary>
sealed class ResultEvent : IDisposable
{
    /// <summary>Maximum number of constellation points in an event.</summary>
    public const int MostPoints = 128;

    /// <summary>Maximum number of classes in an event.</summary>
    public const int MostClasses = 5;

    readonly ArrayBufferWriter<byte> buffer = new(8192);
    readonly Utf8JsonWriter json;

    public ResultEvent() => json = new(buffer, new() { SkipValidation = true });

    public void Dispose() => json.Dispose();

    /// <summary>The event's bytes. The caller holds the device's record meanwhile.</summary>
    public byte[] Write(FrameWork work, in Recognition recognised, double milliseconds)
    {
        var frame = work.Frame;
        var classes = work.Pair.Description.Classes;
        buffer.ResetWrittenCount();
        buffer.Write("data: "u8);
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteString("device"u8, DeviceRecords.Name(frame.Device));
        json.WriteNumber("seq"u8, frame.Sequence);
        json.WriteString("pair"u8, work.Pair.Name);
        if (recognised.Neighbours.IsEmpty)
            WriteProbable(recognised, classes);
        else
            WriteNearest(recognised.Neighbours, classes);
        if (work.Pair.Description.Calibration is null)
            json.WriteNull("temperature"u8);
        else
            json.WriteNumber("temperature"u8, Math.Round(recognised.Temperature, 4));
        WriteSnr(work.Device);
        WriteRounded("latencyMs"u8, milliseconds, 3);
        if (frame.Label is { } label && label < classes.Count)
            json.WriteString("label"u8, classes[label]);
        else
            json.WriteNull("label"u8);
        json.WriteString("pairId"u8, work.Pair.Id.ToString());
        json.WriteNumber("stream"u8, frame.Stream);
        json.WriteString("via"u8, work.Via);
        json.WriteNumber("sentMs"u8, frame.SentMicroseconds / 1000.0);
        json.WriteNumber("symbols"u8, frame.Symbols.Length);
        json.WriteNumber("erased"u8, frame.Erased);
        if (work.Pair.Modes is { } modes)
            WriteMode(work, modes);
        WriteCounts(work.Device);
        WriteConstellation(frame);
        if (frame.Thumbnail is { } thumbnail)
        {
            json.WriteStartObject("thumbnail"u8);
            json.WriteNumber("width"u8, thumbnail.Width);
            json.WriteNumber("height"u8, thumbnail.Height);
            json.WriteBase64String("rgb"u8, thumbnail.Rgb);
            json.WriteEndObject();
        }
        json.WriteEndObject();
        json.Flush();
        buffer.Write("\n\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    void WriteProbable(in Recognition recognised, ValueList<string> classes)
    {
        json.WriteStartArray("top"u8);
        foreach (int i in recognised.Top)
        {
            json.WriteStartObject();
            json.WriteString("class"u8, classes[i]);
            json.WriteNumber("probability"u8, recognised.Probabilities[i]);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    /// <summary>The neighbours; and their classes, each once, so that whoever reads the best class finds it where it always is.</summary>
    void WriteNearest(ReadOnlySpan<Neighbour> neighbours, ValueList<string> classes)
    {
        json.WriteStartArray("top"u8);
        for (int i = 0, written = 0; i < neighbours.Length && written < MostClasses; i++)
        {
            if (HasClass(neighbours[..i], neighbours[i].Class))
                continue;
            WriteNeighbour(neighbours[i], classes);
            json.WriteEndObject();
            written++;
        }
        json.WriteEndArray();
        json.WriteStartArray("neighbours"u8);
        foreach (var neighbour in neighbours)
        {
            WriteNeighbour(neighbour, classes);
            json.WriteNumber("index"u8, neighbour.Index);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    void WriteNeighbour(Neighbour neighbour, ValueList<string> classes)
    {
        json.WriteStartObject();
        json.WriteString("class"u8, classes[neighbour.Class]);
        json.WriteNumber("similarity"u8, neighbour.Similarity);
    }

    static bool HasClass(ReadOnlySpan<Neighbour> neighbours, int label)
    {
        foreach (var neighbour in neighbours)
        {
            if (neighbour.Class == label)
                return true;
        }
        return false;
    }

    void WriteMode(FrameWork work, Modes modes)
    {
        json.WriteStartObject("mode"u8);
        WriteRounded("width"u8, 100 * modes.Ratios[work.Mode.Width], 4);
        json.WriteNumber("symbols"u8, work.Mode.Symbols);
        json.WriteNumber("most"u8, modes.MostSymbols);
        json.WriteNumber("known"u8, work.Frame.Known);
        json.WriteBoolean("asks"u8, work.Frame.Question is not null);
        json.WriteEndObject();
        json.WriteNumber("symbolsSent"u8, work.Device.Symbols + work.Device.Erased);
        json.WriteNumber("symbolsSaved"u8, work.Device.Saved);
    }

    /// <summary><c>snrDb</c>, and beside it its source, with the other value.</summary>
    void WriteSnr(DeviceRecord device)
    {
        var measured = device.Measured;
        WriteRounded("snrDb"u8, device.SnrDb, 2);
        json.WriteStartObject("snr"u8);
        json.WriteString("source"u8, device.SenderSnrDb is null ? "measured"u8 : "sender"u8);
        WriteRounded("senderDb"u8, device.SenderSnrDb, 2);
        WriteRounded("measuredDb"u8, measured?.Db, 2);
        WriteRounded("lowDb"u8, measured?.LowDb, 2);
        WriteRounded("highDb"u8, measured?.HighDb, 2);
        json.WriteNumber("frames"u8, measured?.Frames ?? 0);
        json.WriteEndObject();
    }

    void WriteCounts(DeviceRecord device)
    {
        json.WriteNumber("frames"u8, device.Frames);
        json.WriteNumber("lost"u8, device.Lost);
        json.WriteNumber("labelled"u8, device.Labelled);
        json.WriteNumber("correct"u8, device.Correct);
    }

    /// <summary>The first received samples as I, Q, I, Q, …; erased ones are left out.</summary>
    void WriteConstellation(Frame frame)
    {
        json.WriteStartArray("constellation"u8);
        int points = 0;
        for (int i = 0; i + 1 < frame.Symbols.Length && points < MostPoints; i += 2)
        {
            if (frame.Erased > 0 && frame.Symbols[i] == 0 && frame.Symbols[i + 1] == 0)
                continue;
            json.WriteNumberValue(MathF.Round(frame.Symbols[i], 3));
            json.WriteNumberValue(MathF.Round(frame.Symbols[i + 1], 3));
            points++;
        }
        json.WriteEndArray();
    }

    void WriteRounded(ReadOnlySpan<byte> name, double? value, int digits)
    {
        if (value is { } number)
            json.WriteNumber(name, Math.Round(number, digits));
        else
            json.WriteNull(name);
    }
}
