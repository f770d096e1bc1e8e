using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Heliograph.Files;

namespace Heliograph.Networks;

/// <summary>
/// Reads and writes weights in the safetensors format: an 8-byte little-endian header length, a JSON header, the data.
/// Reading trusts nothing: everything that the header says is checked against the file's size before memory is allocated for it.
/// </summary>
public static class Safetensors
{
    const int ChunkValues = 1 << 16;

    /// <summary>Creates or replaces a file; a reader sees the old file or the whole new one.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="weights">The arrays, written in their order.</param>
    /// <param name="metadata">Text that goes with them, or null.</param>
    /// <param name="type">How the values are stored.</param>
    /// <exception cref="ArgumentException">
    /// A name is reserved (<c>__metadata__</c>), or the header would exceed 100,000,000 bytes.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public static void Write(
        string path, Weights weights, IReadOnlyDictionary<string, string>? metadata = null, WeightType type = WeightType.F32) =>
        AtomicFile.Write(path, stream => Write(stream, weights, metadata, type));

    /// <summary>Writes to a stream.</summary>
    /// <param name="stream">Where the bytes go.</param>
    /// <param name="weights">The arrays, written in their order.</param>
    /// <param name="metadata">Text that goes with them, or null.</param>
    /// <param name="type">How the values are stored.</param>
    /// <exception cref="ArgumentException">
    /// A name is reserved (<c>__metadata__</c>), or the header would exceed 100,000,000 bytes.
    /// </exception>
    public static void Write(
        Stream stream, Weights weights, IReadOnlyDictionary<string, string>? metadata = null, WeightType type = WeightType.F32)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(weights);
        Write(stream, [.. weights.Sources()], metadata, type);
    }

    /// <summary>Creates or replaces a file from arrays that are made one after another, so that they need not all be in memory at once.</summary>
    /// <inheritdoc cref="Write(string, Weights, IReadOnlyDictionary{string, string}?, WeightType)"/>
    public static void Write(
        string path, IReadOnlyList<ArraySource> arrays, IReadOnlyDictionary<string, string>? metadata = null, WeightType type = WeightType.F32) =>
        AtomicFile.Write(path, stream => Write(stream, arrays, metadata, type));

    /// <summary>Writes arrays that are made one after another to a stream.</summary>
    /// <inheritdoc cref="Write(Stream, Weights, IReadOnlyDictionary{string, string}?, WeightType)"/>
    public static void Write(
        Stream stream, IReadOnlyList<ArraySource> arrays, IReadOnlyDictionary<string, string>? metadata = null, WeightType type = WeightType.F32)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(arrays);
        ReadOnlySpan<byte> header = Header(arrays, metadata, type);
        Span<byte> length = stackalloc byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        stream.Write(length);
        stream.Write(header);
        foreach (ArraySource array in arrays)
        {
            float[] values = array.Read();
            if (values.Length != array.Length)
                throw new ArgumentException($"The array '{array.Name}' has {values.Length} values, its shape holds {array.Length}.", nameof(arrays));
            WriteValues(stream, values, type);
        }
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="skip">Names of arrays that are passed over, whatever their type; null for none.</param>
    /// <exception cref="InvalidDataException">
    /// The file is damaged, or holds an array that is not F32, F16 or BF16; the message says which.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static SafetensorsFile Read(string path, Func<string, bool>? skip = null)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        try
        {
            return Read(stream, skip);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Reads from the stream's position to its end.</summary>
    /// <param name="stream">A stream, read from where it stands.</param>
    /// <param name="skip">Names of arrays that are passed over, whatever their type; null for none.</param>
    /// <exception cref="InvalidDataException">
    /// The content is damaged, or holds an array that is not F32, F16 or BF16; the message says which.
    /// </exception>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static SafetensorsFile Read(Stream stream, Func<string, bool>? skip = null)
    {
        ArgumentNullException.ThrowIfNull(stream);
        if (!stream.CanSeek)
        {
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            copy.Position = 0;
            return Read(copy, skip);
        }
        try
        {
            return ReadSized(stream, stream.Length - stream.Position, skip);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("the file ended before its data did", e);
        }
    }

    /// <summary>Reads from memory.</summary>
    /// <exception cref="InvalidDataException">
    /// The content is damaged, or holds an array that is not F32, F16 or BF16; the message says which.
    /// </exception>
    public static unsafe SafetensorsFile Read(ReadOnlySpan<byte> content)
    {
        fixed (byte* start = content)
        {
            using Stream stream = content.IsEmpty ? new MemoryStream() : new UnmanagedMemoryStream(start, content.Length);
            return Read(stream);
        }
    }

    static SafetensorsFile ReadSized(Stream stream, long size, Func<string, bool>? skip)
    {
        Span<byte> prefix = stackalloc byte[sizeof(ulong)];
        if (size < prefix.Length)
            throw new InvalidDataException($"not a safetensors file: {Math.Max(size, 0)} bytes are too few for the header's length");
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        long rest = size - prefix.Length;
        if (length > SafetensorsHeader.MaximumLength)
            throw new InvalidDataException(
                $"not a safetensors file: a header of {length} bytes; the maximum is {SafetensorsHeader.MaximumLength}");
        if (length > (ulong)rest)
            throw new InvalidDataException(
                $"not a safetensors file, or a truncated one: a header of {length} bytes, but only {rest} follow");
        byte[] json = GC.AllocateUninitializedArray<byte>((int)length);
        stream.ReadExactly(json);
        SafetensorsHeader header = SafetensorsHeader.Parse(json, rest - json.Length, skip);
        var arrays = new List<KeyValuePair<string, WeightArray>>();
        foreach (var entry in header.Entries)
        {
            if (entry.Type is { } type)
                arrays.Add(new(entry.Name, ReadArray(stream, entry, type)));
            else
                stream.Seek(entry.End - entry.Begin, SeekOrigin.Current);
        }
        return new SafetensorsFile(new Weights(arrays), header.Metadata);
    }

    static WeightArray ReadArray(Stream stream, SafetensorsHeader.Entry entry, WeightType type)
    {
        float[] values = GC.AllocateUninitializedArray<float>((int)((entry.End - entry.Begin) / type.Size()));
        if (type == WeightType.F32)
        {
            for (int i = 0; i < values.Length; i += ChunkValues)
                stream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan(i, Math.Min(ChunkValues, values.Length - i))));
            return new WeightArray(entry.Shape, values);
        }
        ushort[] chunk = ArrayPool<ushort>.Shared.Rent(Math.Min(ChunkValues, values.Length));
        for (int i = 0; i < values.Length; i += ChunkValues)
        {
            Span<ushort> stored = chunk.AsSpan(0, Math.Min(ChunkValues, values.Length - i));
            stream.ReadExactly(MemoryMarshal.AsBytes(stored));
            type.Widen(stored, values.AsSpan(i));
        }
        ArrayPool<ushort>.Shared.Return(chunk);
        return new WeightArray(entry.Shape, values);
    }

    static void WriteValues(Stream stream, ReadOnlySpan<float> values, WeightType type)
    {
        ushort[] chunk = ArrayPool<ushort>.Shared.Rent(ChunkValues);
        for (; !values.IsEmpty; values = values[Math.Min(ChunkValues, values.Length)..])
        {
            ReadOnlySpan<float> part = values[..Math.Min(ChunkValues, values.Length)];
            Span<ushort> stored = chunk.AsSpan(0, part.Length);
            if (type != WeightType.F32)
                type.Narrow(part, stored);
            stream.Write(type == WeightType.F32 ? MemoryMarshal.AsBytes(part) : MemoryMarshal.AsBytes(stored));
        }
        ArrayPool<ushort>.Shared.Return(chunk);
    }

    /// <summary>The JSON header, padded with spaces so that the data begin at a multiple of 8.</summary>
    static ReadOnlySpan<byte> Header(IReadOnlyList<ArraySource> arrays, IReadOnlyDictionary<string, string>? metadata, WeightType type)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(SafetensorsHeader.MetadataKey);
                foreach ((string key, string value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                    json.WriteString(key, value);
                json.WriteEndObject();
            }
            long position = 0;
            foreach (ArraySource array in arrays)
            {
                if (array.Name == SafetensorsHeader.MetadataKey)
                    throw new ArgumentException($"Weights cannot be named {array.Name}: the format reserves the name.", nameof(arrays));
                json.WriteStartObject(array.Name);
                json.WriteString("dtype", type.ToString());
                json.WriteStartArray("shape");
                foreach (int dimension in array.Shape)
                    json.WriteNumberValue(dimension);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(position);
                json.WriteNumberValue(position += array.Length * type.Size());
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        while (buffer.WrittenCount % 8 != 0)
            buffer.Write(" "u8);
        if (buffer.WrittenCount > SafetensorsHeader.MaximumLength)
            throw new ArgumentException(
                $"The header would have {buffer.WrittenCount} bytes, more than the format allows.", nameof(arrays));
        return buffer.WrittenSpan;
    }
}
