using System.Globalization;
using System.Text.Json;
using Heliograph.Pairs;

namespace Heliograph.Links;

/// <summary>
/// What a meta file of SigMF 1.x says about where samples are and which frames they belong to. Every field of the core namespace that changes what the
/// samples mean is honoured or refused by name.
/// </summary>
sealed class SigmfMeta
{
    // Beyond it, readers that hold numbers as doubles (such as all of JavaScript) lose digits.
    internal const ulong LargestExactInteger = 1UL << 53;

    readonly List<Entry> entries = [];
    readonly List<(ulong Start, long Headers)> chunks = [];
    readonly ulong offset;
    readonly long trailing;

    SigmfMeta(JsonElement root)
    {
        var global = Required(root, "global", JsonValueKind.Object);
        CheckVersion(Text(global, "core:version"));
        Type = SigmfDatatype.Parse(Text(global, "core:datatype") ?? throw new InvalidDataException("core:datatype is missing"));
        CheckExtensions(global);
        if (global.TryGetProperty("core:metadata_only", out var only) && only.ValueKind == JsonValueKind.True)
            throw new InvalidDataException("core:metadata_only: the recording is distributed without its samples");
        if (Number(global, "core:num_channels") is { } channels && channels != 1)
            throw new InvalidDataException($"core:num_channels is {channels}: only recordings of one channel are supported; extract one");
        offset = Number(global, "core:offset") ?? 0;
        trailing = Bytes(global, "core:trailing_bytes");
        Dataset = Text(global, "core:dataset");
        Sha512 = Text(global, "core:sha512");
        Scale = Factor(global);
        ReadCaptures(root);
        ReadFrames(root);
    }

    public SigmfDatatype Type { get; }

    /// <summary>The data file's name if it is not that of the meta file.</summary>
    public string? Dataset { get; }

    /// <summary>Hexadecimal; null if none is given.</summary>
    public string? Sha512 { get; }

    /// <summary>The factor for stored values; null if the recording does not give it.</summary>
    public double? Scale { get; }

    public IReadOnlyList<Entry> Frames => entries;

    /// <exception cref="InvalidDataException">It is not a recording of frames, or uses something unsupported.</exception>
    public static SigmfMeta Read(JsonElement root) => new(root);

    /// <summary>Where the samples are in a data file of this length.</summary>
    public SigmfLayout Layout(long dataBytes) => new(Type.SampleBytes, offset, [.. chunks], dataBytes - trailing);

    /// <summary>One frame: its header, and which samples it has.</summary>
    internal readonly record struct Entry(FrameHeader Header, ulong FirstSample, int Samples, int Symbols, int Erased);

    static void CheckVersion(string? version)
    {
        if (version is null || !version.TrimStart('v').StartsWith("1.", StringComparison.Ordinal))
            throw new InvalidDataException(version is null ? "core:version is missing" : $"core:version is '{version}'; only SigMF 1.x is supported");
    }

    static void CheckExtensions(JsonElement global)
    {
        if (!global.TryGetProperty("core:extensions", out var extensions))
            return;
        if (extensions.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException("'core:extensions' is not an array");
        foreach (var extension in extensions.EnumerateArray())
        {
            string name = Text(extension, "name") ?? throw new InvalidDataException("core:extensions: an extension has no name");
            string version = Text(extension, "version") ?? "";
            bool optional = extension.TryGetProperty("optional", out var value) && value.ValueKind == JsonValueKind.True;
            if (name == SigmfFormat.Namespace)
            {
                if (!version.StartsWith("1.", StringComparison.Ordinal))
                    throw new InvalidDataException($"core:extensions: version '{version}' of {name}; only 1.x is supported");
            }
            else if (!optional)
            {
                throw new InvalidDataException($"core:extensions: the recording requires the extension '{name}', which this program does not know");
            }
        }
    }

    void ReadCaptures(JsonElement root)
    {
        ulong last = 0;
        long headers = 0;
        int number = 0;
        foreach (var capture in Required(root, "captures", JsonValueKind.Array).EnumerateArray())
        {
            number++;
            ulong start = Number(capture, "core:sample_start") ?? throw new InvalidDataException($"capture {number} lacks core:sample_start");
            if (start < last)
                throw new InvalidDataException($"capture {number} begins before the previous one");
            last = start;
            long bytes = Bytes(capture, "core:header_bytes");
            if (bytes == 0)
                continue;
            if (start < offset)
                throw new InvalidDataException($"capture {number} has core:header_bytes and begins before core:offset, the file's first sample");
            headers = checked(headers + bytes);
            chunks.Add((start, headers));
        }
    }

    void ReadFrames(JsonElement root)
    {
        int number = 0;
        foreach (var annotation in Required(root, "annotations", JsonValueKind.Array).EnumerateArray())
        {
            number++;
            if (annotation.ValueKind != JsonValueKind.Object || !annotation.TryGetProperty(SigmfFormat.Pair, out _))
                continue;   // another program's
            entries.Add(ReadFrame(annotation) ?? throw new InvalidDataException($"annotation {number} lacks a field of a frame, or a field is out of its range"));
        }
    }

    Entry? ReadFrame(JsonElement annotation)
    {
        bool whole = Field(annotation, "core:sample_start", out ulong start)
            & Field(annotation, "core:sample_count", out ulong count)
            & Field(annotation, SigmfFormat.Device, out ulong device)
            & Field(annotation, SigmfFormat.Stream, out ulong stream)
            & Field(annotation, SigmfFormat.Sequence, out ulong sequence)
            & Field(annotation, SigmfFormat.Symbols, out ulong symbols);
        PairId pair = default;
        whole &= annotation.GetProperty(SigmfFormat.Pair) is { ValueKind: JsonValueKind.String } text && PairId.TryParse(text.GetString(), out pair);
        whole &= Signed(annotation, SigmfFormat.Sent, out long sent);
        ulong erased = 0, label = 0, width = 0;
        bool hasErased = annotation.TryGetProperty(SigmfFormat.Erased, out _), hasLabel = annotation.TryGetProperty(SigmfFormat.Label, out _);
        bool hasWidth = annotation.TryGetProperty(SigmfFormat.Width, out _);
        whole &= !hasErased || Field(annotation, SigmfFormat.Erased, out erased);
        whole &= !hasLabel || Field(annotation, SigmfFormat.Label, out label);
        whole &= !hasWidth || Field(annotation, SigmfFormat.Width, out width);
        float snr = 0;
        bool hasSnr = annotation.TryGetProperty(SigmfFormat.Snr, out var decibels);
        whole &= !hasSnr || (decibels.ValueKind == JsonValueKind.Number && decibels.TryGetSingle(out snr) && MathF.Abs(snr) <= FrameFormat.MaxSnrDb);
        ulong values = (ulong)Type.ValuesPerSample;
        bool fits = symbols is >= 1 and <= FrameFormat.MaxSymbols && erased <= symbols && label <= int.MaxValue && width <= byte.MaxValue && stream <= uint.MaxValue
            && count == (symbols + values - 1) / values;
        if (!whole || !fits)
            return null;
        var header = new FrameHeader(pair, device, (uint)stream, sequence, sent, hasSnr ? snr : null, hasLabel ? (int)label : null, hasWidth ? (byte)width : null);
        return new Entry(header, start, (int)count, (int)symbols, (int)erased);
    }

    static double? Factor(JsonElement global)
    {
        if (!global.TryGetProperty(SigmfFormat.Scale, out var value))
            return null;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double factor) && double.IsNormal(factor) && factor > 0 ? factor
            : throw new InvalidDataException($"{SigmfFormat.Scale} is not a number above 0");
    }

    static JsonElement Required(JsonElement parent, string name, JsonValueKind kind) =>
        parent.ValueKind == JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind == kind
            ? value
            : throw new InvalidDataException($"'{name}' is missing or not {(kind == JsonValueKind.Array ? "an array" : "an object")}");

    static string? Text(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(name, out var value))
            return null;
        return value.ValueKind == JsonValueKind.String ? value.GetString() : throw new InvalidDataException($"{name} is not text");
    }

    static ulong? Number(JsonElement parent, string name)
    {
        if (parent.ValueKind != JsonValueKind.Object || !parent.TryGetProperty(name, out _))
            return null;
        return Field(parent, name, out ulong value) ? value : throw new InvalidDataException($"{name} is not a whole number of 0 or more");
    }

    static long Bytes(JsonElement parent, string name) => Number(parent, name) switch
    {
        null => 0,
        <= long.MaxValue / 2 and var bytes => (long)bytes,
        var bytes => throw new InvalidDataException($"{name} is {bytes}: no file is that long"),
    };

    /// <summary>A whole number, or its text, as used beyond 2⁵³.</summary>
    static bool Field(JsonElement parent, string name, out ulong value)
    {
        value = 0;
        return parent.TryGetProperty(name, out var element) && element.ValueKind switch
        {
            JsonValueKind.Number => element.TryGetUInt64(out value),
            JsonValueKind.String => ulong.TryParse(element.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out value),
            _ => false,
        };
    }

    static bool Signed(JsonElement parent, string name, out long value)
    {
        value = 0;
        return parent.TryGetProperty(name, out var element) && element.ValueKind switch
        {
            JsonValueKind.Number => element.TryGetInt64(out value),
            JsonValueKind.String => long.TryParse(element.GetString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value),
            _ => false,
        };
    }
}
