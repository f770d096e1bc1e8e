using System.Collections.Immutable;
using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>The parsed and checked header of a safetensors file: every entry lies inside the data, without holes or overlaps.</summary>
sealed record SafetensorsHeader(ImmutableArray<SafetensorsHeader.Entry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    public const int MaximumLength = 100_000_000;
    public const string MetadataKey = "__metadata__";

    /// <summary>One array: where its bytes are, relative to the start of the data. The type is null if the array is skipped.</summary>
    public sealed record Entry(string Name, WeightType? Type, ImmutableArray<int> Shape, long Begin, long End);

    /// <summary>Parses a header; the entries come out in the order of their data.</summary>
    /// <param name="json">The header.</param>
    /// <param name="dataLength">Bytes that follow it.</param>
    /// <param name="skip">Names of arrays that will not be read, whatever their type; null for none.</param>
    /// <exception cref="InvalidDataException">It is damaged or does not fit <paramref name="dataLength"/> bytes of data.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> json, long dataLength, Func<string, bool>? skip = null)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
            if (json.IsEmpty || json[0] != '{')
                throw new InvalidDataException("the header does not start with '{'");
            reader.Read();
            var metadata = ImmutableSortedDictionary<string, string>.Empty.WithComparers(StringComparer.Ordinal);
            var entries = new List<Entry>();
            var names = new HashSet<string>(StringComparer.Ordinal);
            while (ReadName(ref reader, names, "the header") is { } name)
                if (name == MetadataKey)
                    metadata = ReadMetadata(ref reader, metadata);
                else
                    entries.Add(ReadEntry(ref reader, name, skip?.Invoke(name) ?? false));
            reader.Read(); // throws when anything but white space follows
            entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
            CheckCoverage(entries, dataLength);
            return new SafetensorsHeader([.. entries], metadata);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter: text that is not Unicode
        {
            throw new InvalidDataException("the header is not valid JSON", e);
        }
    }

    static ImmutableSortedDictionary<string, string> ReadMetadata(
        ref Utf8JsonReader reader, ImmutableSortedDictionary<string, string> empty)
    {
        Expect(ref reader, JsonTokenType.StartObject, MetadataKey, "an object");
        var metadata = empty.ToBuilder();
        var names = new HashSet<string>(StringComparer.Ordinal);
        while (ReadName(ref reader, names, MetadataKey) is { } name)
        {
            Expect(ref reader, JsonTokenType.String, $"{MetadataKey}.{Quoted(name)}", "a string");
            metadata.Add(name, reader.GetString()!);
        }
        return metadata.ToImmutable();
    }

    static Entry ReadEntry(ref Utf8JsonReader reader, string name, bool skipped)
    {
        string where = $"tensor {Quoted(name)}";
        Expect(ref reader, JsonTokenType.StartObject, where, "an object");
        string? dtype = null;
        List<long>? shape = null, offsets = null;
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (ReadName(ref reader, keys, where) is { } key)
            switch (key)
            {
                case "dtype":
                    Expect(ref reader, JsonTokenType.String, $"{where}: dtype", "a string");
                    dtype = reader.GetString();
                    break;
                case "shape":
                    shape = ReadNumbers(ref reader, $"{where}: shape", int.MaxValue);
                    break;
                case "data_offsets":
                    offsets = ReadNumbers(ref reader, $"{where}: data_offsets", long.MaxValue);
                    break;
                default:
                    throw new InvalidDataException($"{where} has an unknown key {Quoted(key)}");
            }
        if (dtype is null || shape is null || offsets is null)
            throw new InvalidDataException($"{where} needs dtype, shape and data_offsets");
        WeightType? type = dtype switch
        {
            _ when skipped => null,
            "F32" => WeightType.F32,
            "F16" => WeightType.F16,
            "BF16" => WeightType.BF16,
            _ => throw new InvalidDataException($"{where} has the dtype {Quoted(dtype)}; F32, F16 and BF16 can be read"),
        };
        if (offsets is not [long begin, long end] || end < begin)
            throw new InvalidDataException($"{where}: data_offsets must be [begin, end] with begin <= end");
        ImmutableArray<int> dimensions = [.. shape.Select(d => (int)d)];
        if (!WeightArray.TryCount(dimensions.AsSpan(), out long elements) || elements > Array.MaxLength)
            throw new InvalidDataException($"{where}: its shape is too large");
        if (type is { } read && elements * read.Size() != end - begin)
            throw new InvalidDataException(
                $"{where}: its shape needs {elements * read.Size()} bytes, but its data_offsets span {end - begin}");
        return new Entry(name, type, dimensions, begin, end);
    }

    static void CheckCoverage(List<Entry> entries, long dataLength)
    {
        long position = 0;
        foreach (Entry entry in entries)
        {
            if (entry.Begin != position)
                throw new InvalidDataException(
                    $"tensor {Quoted(entry.Name)} begins at byte {entry.Begin} of the data instead of {position}: a hole or an overlap");
            position = entry.End;
        }
        if (position != dataLength)
            throw new InvalidDataException($"the header describes {position} bytes of data, but {dataLength} follow it");
    }

    static string? ReadName(ref Utf8JsonReader reader, HashSet<string> seen, string where)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.EndObject)
            return null;
        string name = reader.GetString()!;
        return seen.Add(name) ? name : throw new InvalidDataException($"{where} has the key {Quoted(name)} twice");
    }

    static List<long> ReadNumbers(ref Utf8JsonReader reader, string where, long maximum)
    {
        Expect(ref reader, JsonTokenType.StartArray, where, "a list of whole numbers");
        var numbers = new List<long>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0 || number > maximum)
                throw new InvalidDataException($"{where} must hold whole numbers from 0 to {maximum}");
            numbers.Add(number);
        }
        return numbers;
    }

    static void Expect(ref Utf8JsonReader reader, JsonTokenType type, string where, string what)
    {
        reader.Read();
        if (reader.TokenType != type)
            throw new InvalidDataException($"{where} must be {what}");
    }

    /// <summary>A foreign name, safe to show on one line.</summary>
    public static string Quoted(string name)
    {
        string shown = name.Length <= 80 ? name : name[..80] + "...";
        return $"'{string.Create(shown.Length, shown, (span, text) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = char.IsControl(text[i]) || text[i] is '\u2028' or '\u2029' ? '?' : text[i];
        })}'";
    }
}
