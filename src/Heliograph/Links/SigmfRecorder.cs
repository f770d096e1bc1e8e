using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace Heliograph.Links;

/// <summary>
/// Records frames as SigMF: samples in NAME.sigmf-data, one annotation a frame in NAME.sigmf-meta. Thumbnails are not recorded.
/// <para>
/// Both files grow as frames come. The samples of a frame are written first; then its annotation, together with the end of the JSON text, replaces
/// the old end in one write. So a process that is killed leaves a complete recording of all frames so far, and nothing long is rewritten. A system
/// failure may leave a torn end, which <see cref="SigmfReader"/> cuts off; while frames arrive, the files are flushed to disk every
/// second, and once at the end.
/// </para>
/// Not thread-safe.
/// </summary>
public sealed class SigmfRecorder : IFrameSender
{
    static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(1);

    readonly SafeFileHandle data, meta;
    readonly bool complex;
    readonly ArrayBufferWriter<byte> text = new(512);
    readonly Utf8JsonWriter json;
    byte[] samples = [];
    long dataEnd, metaEnd, recorded;
    readonly TimeProvider clock;
    long flushed;

    /// <summary>Creates the two files.</summary>
    /// <param name="path">NAME.sigmf-meta; NAME.sigmf-data is put beside it.</param>
    /// <param name="complex">Whether symbols are stored as complex samples, two each (cf32_le), or one by one (rf32_le).</param>
    /// <param name="clock">The clock for dates and flushes; null for the system's.</param>
    /// <exception cref="UsageException">The name has another ending, or such a recording exists.</exception>
    /// <exception cref="IOException">The folder does not exist, or the files cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public SigmfRecorder(string path, bool complex = true, TimeProvider? clock = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        (string metaPath, string dataPath) = SigmfFormat.Files(path);
        foreach (string file in new[] { metaPath, dataPath })
            if (File.Exists(file))
                throw new UsageException($"The recording '{file}' exists: give another name, or remove it.");
        this.complex = complex;
        this.clock = clock ?? TimeProvider.System;
        flushed = this.clock.GetTimestamp();
        json = new Utf8JsonWriter(text);
        data = File.OpenHandle(dataPath, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        try
        {
            meta = File.OpenHandle(metaPath, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
            WriteHead();
        }
        catch
        {
            // A meta file that appeared in between belongs to someone else.
            if (meta is not null)
            {
                meta.Dispose();
                File.Delete(metaPath);
            }
            data.Dispose();
            File.Delete(dataPath);
            throw;
        }
    }

    /// <summary>Frames recorded.</summary>
    public long Frames => recorded;

    /// <inheritdoc/>
    public int Send(in FrameHeader header, ReadOnlySpan<float> symbols, Thumbnail? thumbnail = null) => Add(header, symbols);

    /// <summary>Records a frame that was received.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Add(Frame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        Add(frame.Header, frame.Symbols, frame.Erased);
    }

    /// <summary>Records a frame.</summary>
    /// <param name="header">The frame's header.</param>
    /// <param name="symbols">B symbols.</param>
    /// <param name="erased">How many of them were erased to 0.</param>
    /// <returns>Bytes of samples.</returns>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public int Add(in FrameHeader header, ReadOnlySpan<float> symbols, int erased = 0)
    {
        int values = complex ? (symbols.Length + 1) / 2 * 2 : symbols.Length;
        int bytes = values * sizeof(float);
        if (samples.Length < bytes)
            samples = new byte[bytes];
        samples.AsSpan(0, bytes).Clear();
        for (int i = 0; i < symbols.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(samples.AsSpan(i * sizeof(float)), symbols[i]);
        RandomAccess.Write(data, samples.AsSpan(0, bytes), dataEnd);
        WriteAnnotation(header, symbols.Length, values, erased);
        dataEnd += bytes;
        recorded++;
        if (clock.GetElapsedTime(flushed) >= FlushInterval)
            Flush();
        return bytes;
    }

    void WriteHead()
    {
        json.WriteStartObject();
        json.WriteStartObject("global"u8);
        json.WriteString("core:datatype"u8, complex ? SigmfFormat.Complex : SigmfFormat.Real);
        json.WriteString("core:version"u8, SigmfFormat.Version);
        json.WriteString("core:description"u8, "Channel symbols of device-edge recognition; each annotation marks the symbols of one image.");
        json.WriteString("core:recorder"u8, "heliograph");
        json.WriteStartArray("core:extensions"u8);
        json.WriteStartObject();
        json.WriteString("name"u8, SigmfFormat.Namespace);
        json.WriteString("version"u8, SigmfFormat.NamespaceVersion);
        json.WriteBoolean("optional"u8, true);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("captures"u8);
        json.WriteStartObject();
        json.WriteNumber("core:sample_start"u8, 0);
        json.WriteString("core:datetime"u8, clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartArray("annotations"u8);
        json.Flush();
        Append();
    }

    void WriteAnnotation(in FrameHeader header, int symbolCount, int values, int erased)
    {
        int perSample = complex ? 2 : 1;
        text.ResetWrittenCount();
        text.Write(recorded == 0 ? "\n"u8 : ",\n"u8);
        json.Reset(text);
        json.WriteStartObject();
        json.WriteNumber("core:sample_start"u8, dataEnd / sizeof(float) / perSample);
        json.WriteNumber("core:sample_count"u8, values / perSample);
        json.WriteString(SigmfFormat.Pair, header.Pair.ToString());
        WriteWhole(SigmfFormat.Device, header.Device);
        json.WriteNumber(SigmfFormat.Stream, header.Stream);
        WriteWhole(SigmfFormat.Sequence, header.Sequence);
        if (Math.Abs((decimal)header.SentMicroseconds) <= SigmfMeta.LargestExactInteger)
            json.WriteNumber(SigmfFormat.Sent, header.SentMicroseconds);
        else
            json.WriteString(SigmfFormat.Sent, header.SentMicroseconds.ToString(CultureInfo.InvariantCulture));
        json.WriteNumber(SigmfFormat.Symbols, symbolCount);
        if (erased > 0)
            json.WriteNumber(SigmfFormat.Erased, erased);
        if (header.SenderSnrDb is { } snr && MathF.Abs(snr) <= FrameFormat.MaxSnrDb)
            json.WriteNumber(SigmfFormat.Snr, snr);
        if (header.Label is { } label)
            json.WriteNumber(SigmfFormat.Label, label);
        if (header.Width is { } width)
            json.WriteNumber(SigmfFormat.Width, width);
        json.WriteEndObject();
        json.Flush();
        Append();
    }

    /// <summary>As a number if every reader of JSON reads it exactly, else as text.</summary>
    void WriteWhole(string name, ulong value)
    {
        if (value <= SigmfMeta.LargestExactInteger)
            json.WriteNumber(name, value);
        else
            json.WriteString(name, value.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Overwrites the file's tail with the text, and writes the tail after it.</summary>
    void Append()
    {
        int length = text.WrittenCount;
        text.Write(SigmfFormat.Tail);
        RandomAccess.Write(meta, text.WrittenSpan, metaEnd);
        metaEnd += length;
    }

    /// <summary>Flushes everything recorded to disk, samples first.</summary>
    void Flush()
    {
        RandomAccess.FlushToDisk(data);
        RandomAccess.FlushToDisk(meta);
        flushed = clock.GetTimestamp();
    }

    /// <summary>Flushes and closes the files.</summary>
    public void Dispose()
    {
        if (data.IsClosed)
            return;
        try
        {
            Flush();
        }
        finally
        {
            data.Dispose();
            meta.Dispose();
            json.Dispose();
        }
    }
}
