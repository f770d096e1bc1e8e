using System.Text;
using System.Text.Json;
using Heliograph.Pairs;

namespace Heliograph.Links;

/// <summary>Reads the frames of a recording that <see cref="SigmfRecorder"/> made; a recording that a crash cut short as far as it goes.</summary>
public sealed class SigmfReader
{
    readonly string dataPath;
    readonly int valuesPerSample;
    readonly List<Entry> entries = [];

    SigmfReader(string metaPath, string dataPath, byte[] meta)
    {
        this.dataPath = dataPath;
        long dataBytes = new FileInfo(dataPath).Length;
        using JsonDocument document = Parse(metaPath, meta);
        string type = Required(document.RootElement, "global", JsonValueKind.Object).TryGetProperty("core:datatype", out JsonElement value)
            && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        valuesPerSample = type switch
        {
            SigmfFormat.Complex => 2,
            SigmfFormat.Real => 1,
            _ => throw new InvalidDataException($"core:datatype is '{type}', read are {SigmfFormat.Complex} and {SigmfFormat.Real}"),
        };
        int number = 0;
        foreach (JsonElement annotation in Required(document.RootElement, "annotations", JsonValueKind.Array).EnumerateArray())
        {
            number++;
            if (annotation.ValueKind != JsonValueKind.Object || !annotation.TryGetProperty(SigmfFormat.Pair, out _))
                continue;   // another program's
            if (Read(annotation) is not { } entry)
                throw new InvalidDataException($"annotation {number} lacks a field of a frame, or a field is out of its range");
            if (entry.End(valuesPerSample) <= dataBytes)
                entries.Add(entry);
            else
                Missing++;
        }
    }

    /// <summary>How many frames the recording holds.</summary>
    public int Count => entries.Count;

    /// <summary>Frames that were announced but whose samples are not there: the system failed while recording.</summary>
    public int Missing { get; }

    /// <summary>Whether the end of the meta file was torn and cut off.</summary>
    public bool WasTorn { get; private set; }

    /// <summary>Opens a recording.</summary>
    /// <param name="path">NAME.sigmf-meta or NAME.sigmf-data.</param>
    /// <exception cref="UsageException">The name has another ending.</exception>
    /// <exception cref="InvalidDataException">The meta file is damaged, or no recording of frames.</exception>
    /// <exception cref="IOException">A file is missing or cannot be read.</exception>
    public static SigmfReader Open(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        (string meta, string data) = SigmfFormat.Files(path);
        try
        {
            return new(meta, data, File.ReadAllBytes(meta));
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{meta}: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            // JSON's texts are looked at when they are asked for.
            throw new InvalidDataException($"{meta}: a text in it is not Unicode", e);
        }
    }

    /// <summary>Reads the frames in the order in which they were recorded. Symbols that are no sensible numbers are erased, as on a link.</summary>
    /// <exception cref="IOException">The data file cannot be read.</exception>
    public IEnumerable<Frame> Frames()
    {
        using FileStream stream = File.OpenRead(dataPath);
        byte[] bytes = [];
        foreach (Entry entry in entries)
        {
            var symbols = new float[entry.Symbols];
            if (bytes.Length < symbols.Length * sizeof(float))
                bytes = new byte[symbols.Length * sizeof(float)];
            stream.Position = entry.Start(valuesPerSample);
            stream.ReadExactly(bytes, 0, symbols.Length * sizeof(float));
            int erased = entry.Erased + FrameFormat.ReadFloats(bytes, symbols);
            yield return Frame.Create(entry.Header, symbols, erased);
        }
    }

    JsonDocument Parse(string path, byte[] meta)
    {
        try
        {
            return JsonDocument.Parse(meta);
        }
        catch (JsonException e)
        {
            // The recorder writes a line for each frame: try without what follows the last whole one.
            int head = meta.AsSpan().IndexOf("\"annotations\":["u8), end = meta.AsSpan().LastIndexOf("}\n"u8), comma = meta.AsSpan().LastIndexOf("},\n"u8);
            int cut = Math.Max(head < 0 ? -1 : head + 14, Math.Max(end, comma));
            if (head < 0)
                throw new InvalidDataException($"no valid JSON: {e.Message}", e);
            try
            {
                var document = JsonDocument.Parse(System.Text.Encoding.UTF8.GetString(meta, 0, cut + 1) + "]}");
                WasTorn = true;
                return document;
            }
            catch (JsonException)
            {
                throw new InvalidDataException($"no valid JSON, and not only its end is damaged: {e.Message}", e);
            }
        }
    }

    static JsonElement Required(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out JsonElement value) && value.ValueKind == kind
            ? value
            : throw new InvalidDataException($"'{name}' is missing or no {(kind == JsonValueKind.Array ? "array" : "object")}");

    Entry? Read(JsonElement annotation)
    {
        bool whole = Field(annotation, "core:sample_start", out ulong start)
            & Field(annotation, "core:sample_count", out ulong count)
            & Field(annotation, SigmfFormat.Device, out ulong device)
            & Field(annotation, SigmfFormat.Stream, out ulong stream)
            & Field(annotation, SigmfFormat.Sequence, out ulong sequence)
            & Field(annotation, SigmfFormat.Symbols, out ulong symbols);
        PairId pair = default;
        whole &= annotation.GetProperty(SigmfFormat.Pair) is { ValueKind: JsonValueKind.String } text && PairId.TryParse(text.GetString(), out pair);
        long sent = 0;
        whole &= annotation.TryGetProperty(SigmfFormat.Sent, out JsonElement time) && time.ValueKind == JsonValueKind.Number && time.TryGetInt64(out sent);
        ulong erased = 0, label = 0;
        bool hasErased = annotation.TryGetProperty(SigmfFormat.Erased, out _), hasLabel = annotation.TryGetProperty(SigmfFormat.Label, out _);
        whole &= !hasErased || Field(annotation, SigmfFormat.Erased, out erased);
        whole &= !hasLabel || Field(annotation, SigmfFormat.Label, out label);
        float snr = 0;
        bool hasSnr = annotation.TryGetProperty(SigmfFormat.Snr, out JsonElement decibels);
        whole &= !hasSnr || (decibels.ValueKind == JsonValueKind.Number && decibels.TryGetSingle(out snr) && float.IsFinite(snr));
        bool fits = symbols is >= 1 and <= int.MaxValue / sizeof(float) && erased <= symbols && label <= int.MaxValue && stream <= uint.MaxValue
            && start <= long.MaxValue / 16 && count == (symbols + (ulong)valuesPerSample - 1) / (ulong)valuesPerSample;
        if (!whole || !fits)
            return null;
        var header = new FrameHeader(pair, device, (uint)stream, sequence, sent, hasSnr ? snr : null, hasLabel ? (int)label : null);
        return new Entry(header, (long)start, (int)symbols, (int)erased);
    }

    static bool Field(JsonElement annotation, string name, out ulong value)
    {
        value = 0;
        return annotation.TryGetProperty(name, out JsonElement element) && element.ValueKind == JsonValueKind.Number && element.TryGetUInt64(out value);
    }

    readonly record struct Entry(FrameHeader Header, long FirstSample, int Symbols, int Erased)
    {
        public long Start(int valuesPerSample) => FirstSample * valuesPerSample * sizeof(float);

        public long End(int valuesPerSample) =>
            Start(valuesPerSample) + (long)(Symbols + valuesPerSample - 1) / valuesPerSample * valuesPerSample * sizeof(float);
    }
}
