using static System.Buffers.Binary.BinaryPrimitives;

namespace Heliograph.Links;

/// <summary>Cuts frames into datagrams (docs/frame-format.md), in the caller's memory: no allocation. Keeps no state between calls.</summary>
public sealed class FrameWriter
{
    /// <summary>Fits IPv4 and IPv6 over Ethernet, with room for a tunnel's headers.</summary>
    public const int DefaultDatagramBytes = 1400;

    readonly int pixelsPerDatagram;
    readonly Func<ulong, DeviceKey?>? keys;

    /// <summary>Chooses how frames are cut.</summary>
    /// <param name="format">How symbols are stored.</param>
    /// <param name="datagramBytes">The longest datagram, header (and MAC) included: 80 (88) to 65,507.</param>
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
        SymbolsPerDatagram = (datagramBytes - around) / FrameFormat.SampleBytes(format) * 2;
        pixelsPerDatagram = (datagramBytes - around) / FrameFormat.RgbBytes;
    }

    /// <summary>How symbols are stored.</summary>
    public SampleFormat Format { get; }

    /// <summary>The longest datagram that <see cref="Write"/> makes: the size of buffer it needs.</summary>
    public int DatagramBytes { get; }

    /// <summary>Symbols in each datagram of a frame but the last; even.</summary>
    public int SymbolsPerDatagram { get; }

    /// <summary>How many datagrams a frame takes.</summary>
    /// <param name="symbolCount">B.</param>
    /// <param name="thumbnail">The attached picture, or null.</param>
    public int Count(int symbolCount, Thumbnail? thumbnail = null) =>
        SymbolDatagrams(symbolCount) + (thumbnail is null ? 0 : Parts(thumbnail.Width * thumbnail.Height, pixelsPerDatagram));

    /// <summary>Writes one datagram of a frame; those with symbols come first, then those of the thumbnail.</summary>
    /// <param name="header">The frame's header.</param>
    /// <param name="symbols">All B symbols of the frame.</param>
    /// <param name="thumbnail">The attached picture, or null.</param>
    /// <param name="index">Which of the frame's datagrams, 0 to <see cref="Count"/> − 1.</param>
    /// <param name="datagram">Receives it: at least <see cref="DatagramBytes"/> bytes.</param>
    /// <returns>The datagram's length.</returns>
    /// <exception cref="ArgumentException">No symbols, an SNR outside ±100 dB, a thumbnail whose sizes disagree, or a buffer that is too small.</exception>
    public int Write(in FrameHeader header, ReadOnlySpan<float> symbols, Thumbnail? thumbnail, int index, Span<byte> datagram)
    {
        if (symbols.IsEmpty)
            throw new ArgumentException("A frame must have at least one symbol.", nameof(symbols));
        if (header.SenderSnrDb is { } snr && !(MathF.Abs(snr) <= FrameFormat.MaxSnrDb))
            throw new ArgumentException($"An SNR of {snr} dB is outside ±{FrameFormat.MaxSnrDb} dB.", nameof(header));
        if (datagram.Length < DatagramBytes)
            throw new ArgumentException($"The buffer holds {datagram.Length} bytes, a datagram takes up to {DatagramBytes}.", nameof(datagram));
        if (thumbnail is not null)
            Check(thumbnail);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count(symbols.Length, thumbnail));

        DeviceKey? key = keys?.Invoke(header.Device);
        Span<byte> head = datagram[..FrameFormat.HeaderBytes];
        Span<byte> payload = datagram[FrameFormat.HeaderBytes..];
        WriteCommon(header, symbols.Length, thumbnail is not null, head);
        int symbolDatagrams = SymbolDatagrams(symbols.Length);
        int written = index < symbolDatagrams
            ? WriteSymbols(symbols, index * SymbolsPerDatagram, head, payload)
            : WritePixels(thumbnail!, (index - symbolDatagrams) * pixelsPerDatagram, head, payload);
        head[FrameFormat.VersionAt] = key is null ? FrameFormat.Version : FrameFormat.AuthenticatedVersion;
        WriteUInt32LittleEndian(head[FrameFormat.CrcAt..], FrameFormat.HeaderCrc(head));
        int length = FrameFormat.HeaderBytes + written;
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

    int WriteSymbols(ReadOnlySpan<float> symbols, int offset, Span<byte> head, Span<byte> payload)
    {
        ReadOnlySpan<float> part = symbols.Slice(offset, Math.Min(SymbolsPerDatagram, symbols.Length - offset));
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

    int WritePixels(Thumbnail thumbnail, int offset, Span<byte> head, Span<byte> payload)
    {
        int count = Math.Min(pixelsPerDatagram, thumbnail.Width * thumbnail.Height - offset);
        thumbnail.Rgb.AsSpan(offset * FrameFormat.RgbBytes, count * FrameFormat.RgbBytes).CopyTo(payload);
        head[FrameFormat.KindAt] = FrameFormat.ThumbnailKind;
        head[FrameFormat.FormatAt] = FrameFormat.Rgb24;
        WriteInt32LittleEndian(head[FrameFormat.OffsetAt..], offset);
        WriteUInt16LittleEndian(head[FrameFormat.CountAt..], (ushort)count);
        WriteUInt16LittleEndian(head[FrameFormat.WidthAt..], (ushort)thumbnail.Width);
        WriteUInt16LittleEndian(head[FrameFormat.HeightAt..], (ushort)thumbnail.Height);
        return count * FrameFormat.RgbBytes;
    }

    int SymbolDatagrams(int symbolCount) => Parts(symbolCount, SymbolsPerDatagram);

    static int Parts(int count, int each) => (count + each - 1) / each;

    static void Check(Thumbnail thumbnail)
    {
        if (thumbnail.Width is < 1 or > ushort.MaxValue || thumbnail.Height is < 1 or > ushort.MaxValue
            || thumbnail.Rgb.Length != (long)thumbnail.Width * thumbnail.Height * FrameFormat.RgbBytes)
            throw new ArgumentException(
                $"A thumbnail of {thumbnail.Width}×{thumbnail.Height} pixels cannot have {thumbnail.Rgb.Length} bytes.", nameof(thumbnail));
    }
}
