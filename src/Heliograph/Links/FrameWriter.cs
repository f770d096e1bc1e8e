using static System.Buffers.Binary.BinaryPrimitives;

namespace Heliograph.Links;

/// <summary>Cuts frames into datagrams (docs/frame-format.md), in the caller's memory: no allocation. Keeps no state between calls.</summary>
public sealed class FrameWriter
{
    /// <summary>Fits IPv4 and IPv6 over Ethernet, with room for a tunnel's headers.</summary>
    public const int DefaultDatagramBytes = 1400;

    const int MoreHeaderBytes = FrameFormat.ElasticHeaderBytes - FrameFormat.HeaderBytes;

    readonly int payloadBytes;
    readonly Func<ulong, DeviceKey?>? keys;

    /// <summary>Chooses how frames are cut.</summary>
    /// <param name="format">How symbols are stored.</param>
    /// <param name="datagramBytes">The longest datagram, header (and MAC) included: 80 (88) to 65,507; 12 more for the frames of an elastic pair.</param>
    /// <param name="key">The device's key, with which each datagram gets a MAC (version 2 of the format); null for none (version 1).</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public FrameWriter(SampleFormat format = SampleFormat.Cf32, int datagramBytes = DefaultDatagramBytes, DeviceKey? key = null)
        : this(format, datagramBytes, key is null ? null : _ => key)
    {
    }

    /// <summary>Chooses how frames of several devices are cut.</summary>
    /// <param name="format">How symbols are stored.</param>
    /// <param name="datagramBytes">The longest datagram, header and MAC included: 88 to 65,507; 80 without keys.</param>
    /// <param name="keys">The key of a device, or null for a device without one; null if none has one.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is out of its range.</exception>
    public FrameWriter(SampleFormat format, int datagramBytes, Func<ulong, DeviceKey?>? keys)
    {
        if (format is not (SampleFormat.Cf32 or SampleFormat.Ci16))
            throw new ArgumentOutOfRangeException(nameof(format));
        int around = FrameFormat.HeaderBytes + (keys is null ? 0 : FrameFormat.MacBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(datagramBytes, around + 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(datagramBytes, FrameFormat.MaxDatagramBytes);
        this.keys = keys;
        Format = format;
        DatagramBytes = datagramBytes;
        payloadBytes = datagramBytes - around;
    }

    /// <summary>How symbols are stored.</summary>
    public SampleFormat Format { get; }

    /// <summary>The longest datagram that <see cref="Write"/> makes: the size of buffer it needs.</summary>
    public int DatagramBytes { get; }

    /// <summary>How many datagrams a frame takes.</summary>
    /// <param name="symbolCount">B, or how many of the symbols are sent.</param>
    /// <param name="thumbnail">The attached picture, or null.</param>
    /// <param name="elastic">Whether the frame's header has a width (version 3).</param>
    public int Count(int symbolCount, Thumbnail? thumbnail = null, bool elastic = false) =>
        Parts(symbolCount, SymbolsIn(Payload(elastic))) + (thumbnail is null ? 0 : Parts(thumbnail.Width * thumbnail.Height, Payload(elastic) / FrameFormat.RgbBytes));

    /// <summary>Writes one datagram of a frame; those with symbols come first, then those of the thumbnail.</summary>
    /// <param name="header">The frame's header.</param>
    /// <param name="symbols">All B symbols of the frame.</param>
    /// <param name="thumbnail">The attached picture, or null.</param>
    /// <param name="index">Which of the frame's datagrams, 0 to <see cref="Count"/> − 1.</param>
    /// <param name="datagram">Receives it: at least <see cref="DatagramBytes"/> bytes.</param>
    /// <param name="from">The first symbol that is sent: above 0 where the edge has those before it, which is for frames of version 3 without thumbnail.</param>
    /// <param name="question">What is asked, or null; for frames of version 3.</param>
    /// <returns>The datagram's length.</returns>
    /// <exception cref="ArgumentException">
    /// No symbols, an SNR outside ±100 dB, a thumbnail whose sizes disagree, a buffer that is too small, or what version 3 alone has in a frame of another.
    /// </exception>
    public int Write(in FrameHeader header, ReadOnlySpan<float> symbols, Thumbnail? thumbnail, int index, Span<byte> datagram, int from = 0, Question? question = null)
    {
        bool elastic = header.Width is not null;
        if (from < 0 || from >= symbols.Length)
            throw new ArgumentException("A frame must have at least one symbol.", nameof(symbols));
        if (!elastic && (from > 0 || question is not null))
            throw new ArgumentException("Only a frame whose header has a width can be asked about and sent in parts.", nameof(header));
        if (from > 0 && thumbnail is not null)
            throw new ArgumentException("A thumbnail is sent once.", nameof(thumbnail));
        if (question is { Confidence: not (>= 0 and <= 1) })
            throw new ArgumentException("A confidence is a number from 0 to 1.", nameof(question));
        if (header.SenderSnrDb is { } snr && !(MathF.Abs(snr) <= FrameFormat.MaxSnrDb))
            throw new ArgumentException($"An SNR of {snr} dB is outside ±{FrameFormat.MaxSnrDb} dB.", nameof(header));
        if (datagram.Length < DatagramBytes)
            throw new ArgumentException($"The buffer holds {datagram.Length} bytes, a datagram takes up to {DatagramBytes}.", nameof(datagram));
        if (thumbnail is not null)
            Check(thumbnail);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count(symbols.Length - from, thumbnail, elastic));

        DeviceKey? key = KeyOf(header.Device);
        int headerBytes = elastic ? FrameFormat.ElasticHeaderBytes : FrameFormat.HeaderBytes;
        Span<byte> head = datagram[..headerBytes];
        Span<byte> payload = datagram[headerBytes..];
        WriteCommon(header, symbols.Length, thumbnail is not null, head);
        int each = SymbolsIn(Payload(elastic)), pixelsEach = Payload(elastic) / FrameFormat.RgbBytes, symbolDatagrams = Parts(symbols.Length - from, each);
        int written = index < symbolDatagrams
            ? WriteSymbols(symbols, from + index * each, each, head, payload)
            : WritePixels(thumbnail!, (index - symbolDatagrams) * pixelsEach, pixelsEach, head, payload);
        if (elastic)
            WriteElastic(header, from, question, key is not null, head);
        else
            head[FrameFormat.VersionAt] = key is null ? FrameFormat.Version : FrameFormat.AuthenticatedVersion;
        WriteUInt32LittleEndian(head[(headerBytes - sizeof(uint))..], FrameFormat.HeaderCrc(head));
        int length = headerBytes + written;
        if (key is null)
            return length;
        key.Sign(datagram[..length], datagram[length..]);
        return length + FrameFormat.MacBytes;
    }

    static void WriteCommon(in FrameHeader header, int symbolCount, bool thumbnail, Span<byte> head)
    {
        WriteUInt32LittleEndian(head, FrameFormat.Magic);
        head[FrameFormat.FlagsAt] = thumbnail ? FrameFormat.ThumbnailFlag : (byte)0;
        WriteUInt64BigEndian(head[FrameFormat.PairAt..], header.Pair.Value);
        WriteUInt64LittleEndian(head[FrameFormat.DeviceAt..], header.Device);
        WriteUInt32LittleEndian(head[FrameFormat.StreamAt..], header.Stream);
        WriteInt32LittleEndian(head[FrameFormat.SymbolCountAt..], symbolCount);
        WriteUInt64LittleEndian(head[FrameFormat.SequenceAt..], header.Sequence);
        WriteInt64LittleEndian(head[FrameFormat.SentAt..], header.SentMicroseconds);
        WriteUInt16LittleEndian(head[FrameFormat.ReservedAt..], 0);
        WriteUInt32LittleEndian(
            head[FrameFormat.SnrAt..], header.SenderSnrDb is { } snr ? BitConverter.SingleToUInt32Bits(snr) : FrameFormat.AbsentSnr);
        WriteInt32LittleEndian(head[FrameFormat.LabelAt..], header.Label ?? -1);
    }

    static void WriteElastic(in FrameHeader header, int from, in Question? question, bool mac, Span<byte> head)
    {
        head[FrameFormat.VersionAt] = FrameFormat.ElasticVersion;
        head[FrameFormat.FlagsAt] |= (byte)((mac ? FrameFormat.MacFlag : 0) | (question is null ? 0 : FrameFormat.QuestionFlag));
        head[FrameFormat.DeviceWidthAt] = header.Width!.Value;
        head[FrameFormat.ConfidenceAt] = (byte)Math.Round(Question.Steps * (question?.Confidence ?? 0));
        WriteInt32LittleEndian(head[FrameFormat.FromAt..], from);
        WriteUInt64LittleEndian(head[FrameFormat.NonceAt..], question?.Nonce ?? 0);
    }

    int WriteSymbols(ReadOnlySpan<float> symbols, int offset, int each, Span<byte> head, Span<byte> payload)
    {
        ReadOnlySpan<float> part = symbols.Slice(offset, Math.Min(each, symbols.Length - offset));
        float scale = 1;
        int written = Format == SampleFormat.Cf32 ? WriteFloats(part, payload) : WriteIntegers(part, payload, scale = Scale(part));
        head[FrameFormat.KindAt] = FrameFormat.SymbolsKind;
        head[FrameFormat.FormatAt] = (byte)Format;
        WriteInt32LittleEndian(head[FrameFormat.OffsetAt..], offset);
        WriteUInt16LittleEndian(head[FrameFormat.CountAt..], (ushort)part.Length);
        WriteSingleLittleEndian(head[FrameFormat.ScaleAt..], scale);
        return written;
    }

    static int WriteFloats(ReadOnlySpan<float> part, Span<byte> payload)
    {
        for (int i = 0; i < part.Length; i++)
            WriteSingleLittleEndian(payload[(i * sizeof(float))..], part[i]);
        return Pad(part.Length, sizeof(float), payload);
    }

    static int WriteIntegers(ReadOnlySpan<float> part, Span<byte> payload, float scale)
    {
        for (int i = 0; i < part.Length; i++)
        {
            float value = Math.Clamp(MathF.Round(part[i] / scale), -short.MaxValue, short.MaxValue);
            WriteInt16LittleEndian(payload[(i * sizeof(short))..], float.IsNaN(value) ? (short)0 : (short)value);
        }
        return Pad(part.Length, sizeof(short), payload);
    }

    /// <summary>An odd number of symbols is padded to whole samples.</summary>
    static int Pad(int count, int bytes, Span<byte> payload)
    {
        if (int.IsOddInteger(count))
            payload.Slice(count++ * bytes, bytes).Clear();
        return count * bytes;
    }

    /// <summary>Maps the largest symbol to the largest integer.</summary>
    static float Scale(ReadOnlySpan<float> part)
    {
        float greatest = 0;
        foreach (float symbol in part)
            if (float.IsFinite(symbol))
                greatest = MathF.Max(greatest, MathF.Abs(symbol));
        float scale = greatest / short.MaxValue;
        return float.IsNormal(scale) ? scale : 1;
    }

    static int WritePixels(Thumbnail thumbnail, int offset, int each, Span<byte> head, Span<byte> payload)
    {
        int count = Math.Min(each, thumbnail.Width * thumbnail.Height - offset);
        thumbnail.Rgb.AsSpan(offset * FrameFormat.RgbBytes, count * FrameFormat.RgbBytes).CopyTo(payload);
        head[FrameFormat.KindAt] = FrameFormat.ThumbnailKind;
        head[FrameFormat.FormatAt] = FrameFormat.Rgb24;
        WriteInt32LittleEndian(head[FrameFormat.OffsetAt..], offset);
        WriteUInt16LittleEndian(head[FrameFormat.CountAt..], (ushort)count);
        WriteUInt16LittleEndian(head[FrameFormat.WidthAt..], (ushort)thumbnail.Width);
        WriteUInt16LittleEndian(head[FrameFormat.HeightAt..], (ushort)thumbnail.Height);
        return count * FrameFormat.RgbBytes;
    }

    /// <summary>The key of a device, or null.</summary>
    internal DeviceKey? KeyOf(ulong device) => keys?.Invoke(device);

    int Payload(bool elastic) => !elastic ? payloadBytes
        : payloadBytes >= MoreHeaderBytes + FrameFormat.SampleBytes(Format) ? payloadBytes - MoreHeaderBytes
        : throw new InvalidOperationException($"datagrams of {DatagramBytes} bytes are too short for the frames of an elastic pair");

    int SymbolsIn(int bytes) => bytes / FrameFormat.SampleBytes(Format) * 2;

    static int Parts(int count, int each) => (count + each - 1) / each;

    static void Check(Thumbnail thumbnail)
    {
        if (thumbnail.Width is < 1 or > ushort.MaxValue || thumbnail.Height is < 1 or > ushort.MaxValue
            || thumbnail.Rgb.Length != (long)thumbnail.Width * thumbnail.Height * FrameFormat.RgbBytes)
            throw new ArgumentException(
                $"A thumbnail of {thumbnail.Width}×{thumbnail.Height} pixels cannot have {thumbnail.Rgb.Length} bytes.", nameof(thumbnail));
    }
}
