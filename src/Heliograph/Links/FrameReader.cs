using Heliograph.Pairs;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Heliograph.Links;

/// <summary>Reads datagrams (docs/frame-format.md) that anyone may have sent: never throws because of their content, and says why it refuses one.</summary>
public static class FrameReader
{
    /// <summary>Checks a datagram and reads its header. Allocates nothing; does not verify the MAC.</summary>
    /// <param name="datagram">What arrived.</param>
    /// <param name="maxSymbols">The largest B that is accepted.</param>
    /// <param name="maxThumbnailPixels">The largest thumbnail that is accepted, in pixels.</param>
    /// <param name="header">The header, if nothing is wrong.</param>
    /// <param name="payload">The bytes after the header, without the MAC.</param>
    /// <returns><see cref="Refusal.None"/>, or what is wrong.</returns>
    public static Refusal Read(
        ReadOnlySpan<byte> datagram, int maxSymbols, int maxThumbnailPixels, out DatagramHeader header, out ReadOnlySpan<byte> payload)
    {
        header = default;
        payload = default;
        if (datagram.Length < FrameFormat.HeaderBytes)
            return Refusal.Truncated;
        if (ReadUInt32LittleEndian(datagram) != FrameFormat.Magic)
            return Refusal.NotAFrame;
        byte version = datagram[FrameFormat.VersionAt];
        if (version is not (FrameFormat.Version or FrameFormat.AuthenticatedVersion or FrameFormat.ElasticVersion))
            return Refusal.Version;
        bool elastic = version == FrameFormat.ElasticVersion;
        int headerBytes = elastic ? FrameFormat.ElasticHeaderBytes : FrameFormat.HeaderBytes;
        if (datagram.Length < headerBytes)
            return Refusal.Truncated;
        if (ReadUInt32LittleEndian(datagram[FrameFormat.CrcAtOf(version)..]) != FrameFormat.HeaderCrc(datagram))
            return Refusal.HeaderDamaged;

        byte kind = datagram[FrameFormat.KindAt], format = datagram[FrameFormat.FormatAt];
        byte flags = datagram[FrameFormat.FlagsAt], more = elastic ? (byte)(flags & (FrameFormat.MacFlag | FrameFormat.QuestionFlag)) : (byte)0;
        flags -= more;
        bool hasMac = version == FrameFormat.AuthenticatedVersion || (more & FrameFormat.MacFlag) != 0;
        bool known = kind switch
        {
            FrameFormat.SymbolsKind => format is (byte)SampleFormat.Cf32 or (byte)SampleFormat.Ci16 && flags <= FrameFormat.ThumbnailFlag,
            FrameFormat.ThumbnailKind => format == FrameFormat.Rgb24 && flags == FrameFormat.ThumbnailFlag,
            _ => false,
        };
        uint symbolCount = ReadUInt32LittleEndian(datagram[FrameFormat.SymbolCountAt..]);
        uint offset = ReadUInt32LittleEndian(datagram[FrameFormat.OffsetAt..]);
        int count = ReadUInt16LittleEndian(datagram[FrameFormat.CountAt..]);
        float snr = ReadSingleLittleEndian(datagram[FrameFormat.SnrAt..]);
        int label = ReadInt32LittleEndian(datagram[FrameFormat.LabelAt..]);
        uint from = elastic ? ReadUInt32LittleEndian(datagram[FrameFormat.FromAt..]) : 0;
        Question? question = (more & FrameFormat.QuestionFlag) == 0 ? null
            : new(ReadUInt64LittleEndian(datagram[FrameFormat.NonceAt..]), (double)datagram[FrameFormat.ConfidenceAt] / Question.Steps);
        if (!known || (elastic ? !IsElastic(datagram, from, symbolCount, flags, question) : ReadUInt16LittleEndian(datagram[FrameFormat.ReservedAt..]) != 0) || symbolCount == 0 || count == 0
            || MathF.Abs(snr) > FrameFormat.MaxSnrDb || label < -1)
            return Refusal.Malformed;
        if (symbolCount > maxSymbols)
            return Refusal.TooLarge;

        bool thumbnail = kind == FrameFormat.ThumbnailKind;
        int bytes = datagram.Length - headerBytes - (hasMac ? FrameFormat.MacBytes : 0);
        Refusal refusal = thumbnail
            ? CheckPixels(datagram, bytes, offset, count, maxThumbnailPixels)
            : CheckSymbols(datagram, bytes, offset, count, symbolCount, from);
        if (refusal != Refusal.None)
            return refusal;

        header = new DatagramHeader(
            new FrameHeader(
                new PairId(ReadUInt64BigEndian(datagram[FrameFormat.PairAt..])),
                ReadUInt64LittleEndian(datagram[FrameFormat.DeviceAt..]),
                ReadUInt32LittleEndian(datagram[FrameFormat.StreamAt..]),
                ReadUInt64LittleEndian(datagram[FrameFormat.SequenceAt..]),
                ReadInt64LittleEndian(datagram[FrameFormat.SentAt..]),
                float.IsNaN(snr) ? null : snr,
                label < 0 ? null : label,
                elastic ? datagram[FrameFormat.DeviceWidthAt] : null),
            (int)symbolCount, flags == FrameFormat.ThumbnailFlag, thumbnail,
            thumbnail ? default : (SampleFormat)format, (int)offset, count,
            thumbnail ? 0 : ReadSingleLittleEndian(datagram[FrameFormat.ScaleAt..]),
            thumbnail ? ReadUInt16LittleEndian(datagram[FrameFormat.WidthAt..]) : 0,
            thumbnail ? ReadUInt16LittleEndian(datagram[FrameFormat.HeightAt..]) : 0, hasMac, (int)from, question);
        payload = datagram.Slice(headerBytes, bytes);
        return Refusal.None;
    }

    // What is sent again has symbols left to send, and no thumbnail; what is not asked is zero.
    static bool IsElastic(ReadOnlySpan<byte> datagram, uint from, uint symbolCount, byte flags, Question? question) =>
        (from == 0 || (from < symbolCount && flags == 0))
        && (question is not null || (datagram[FrameFormat.ConfidenceAt] == 0 && ReadUInt64LittleEndian(datagram[FrameFormat.NonceAt..]) == 0));

    static Refusal CheckSymbols(ReadOnlySpan<byte> datagram, int bytes, uint offset, int count, uint symbolCount, uint from)
    {
        float scale = ReadSingleLittleEndian(datagram[FrameFormat.ScaleAt..]);
        ulong end = (ulong)offset + (uint)count;
        if (!float.IsNormal(scale) || scale < 0 || offset < from || uint.IsOddInteger(offset - from) || end > symbolCount
            || (int.IsOddInteger(count) && end != symbolCount))
            return Refusal.Malformed;
        return bytes == (count + 1) / 2 * FrameFormat.SampleBytes((SampleFormat)datagram[FrameFormat.FormatAt]) ? Refusal.None : Refusal.Length;
    }

    static Refusal CheckPixels(ReadOnlySpan<byte> datagram, int bytes, uint offset, int count, int maxThumbnailPixels)
    {
        long pixels = (long)ReadUInt16LittleEndian(datagram[FrameFormat.WidthAt..]) * ReadUInt16LittleEndian(datagram[FrameFormat.HeightAt..]);
        if (pixels == 0 || offset + (long)count > pixels)
            return Refusal.Malformed;
        if (pixels > maxThumbnailPixels)
            return Refusal.TooLarge;
        return bytes == count * FrameFormat.RgbBytes ? Refusal.None : Refusal.Length;
    }

    /// <summary>Reads the symbols of a datagram that <see cref="Read"/> accepted.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="payload">Its payload.</param>
    /// <param name="symbols">Receives <see cref="DatagramHeader.Count"/> symbols.</param>
    /// <returns>How many symbols were erased to 0 because they were not finite or above <see cref="FrameFormat.MaxMagnitude"/>.</returns>
    /// <exception cref="ArgumentException">The header belongs to a thumbnail, or a span is too short.</exception>
    public static int ReadSymbols(in DatagramHeader header, ReadOnlySpan<byte> payload, Span<float> symbols)
    {
        if (header.IsThumbnail)
            throw new ArgumentException("The datagram holds part of a thumbnail, not symbols.", nameof(header));
        symbols = symbols[..header.Count];
        if (header.Format == SampleFormat.Cf32)
            return FrameFormat.ReadFloats(payload, symbols);
        int erased = 0;
        for (int i = 0; i < symbols.Length; i++)
            symbols[i] = FrameFormat.Sensible(header.Scale * ReadInt16LittleEndian(payload[(i * sizeof(short))..]), ref erased);
        return erased;
    }
}
