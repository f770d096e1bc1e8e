using System.Buffers.Binary;
using Heliograph.Files;

namespace Heliograph.Links;

/// <summary>Numbers of the frame format, versions 1 to 3 (docs/frame-format.md).</summary>
public static class FrameFormat
{
    /// <summary>The version without a MAC.</summary>
    public const byte Version = 1;

    /// <summary>Version 1 with a MAC after the payload.</summary>
    public const byte AuthenticatedVersion = 2;

    /// <summary>The version that says which mode of an elastic pair a frame has, and in which a device can ask; with or without a MAC.</summary>
    public const byte ElasticVersion = 3;

    /// <summary>Bytes of the MAC: one guess in 2⁶⁴ is right, and each takes a datagram.</summary>
    public const int MacBytes = 8;

    /// <summary>Bytes before the payload in versions 1 and 2.</summary>
    public const int HeaderBytes = 72;

    /// <summary>Bytes before the payload in version 3.</summary>
    public const int ElasticHeaderBytes = 84;

    /// <summary>The largest UDP payload over IPv4.</summary>
    public const int MaxDatagramBytes = 65507;

    /// <summary>
    /// A received symbol above this is erased like one that is not a number: a vector of mean power 1 holds none above √B, and noise
    /// of −40 dB has σ = 100, so such a value is a flipped exponent bit.
    /// </summary>
    public const float MaxMagnitude = 1024;

    /// <summary>An SNR above this in dB, or below its negative, cannot be a measurement: such a header is malformed.</summary>
    public const float MaxSnrDb = 100;

    /// <summary>The largest B of any frame: a vector of mean power 1 holds no symbol above √B, <see cref="MaxMagnitude"/>.</summary>
    public const int MaxSymbols = 1 << 20;

    /// <summary>"HLGF" in ASCII, read as a little-endian number.</summary>
    internal const uint Magic = 0x46474C48;

    /// <summary>The bits of the quiet NaN that means "no SNR".</summary>
    internal const uint AbsentSnr = 0x7FC00000;

    internal const byte SymbolsKind = 0, ThumbnailKind = 1;
    internal const byte Rgb24 = 3;
    internal const byte ThumbnailFlag = 1, MacFlag = 2, QuestionFlag = 4;
    internal const int RgbBytes = 3;

    // Offsets of the fields.
    internal const int VersionAt = 4, KindAt = 5, FormatAt = 6, FlagsAt = 7, PairAt = 8, DeviceAt = 16, StreamAt = 24, SymbolCountAt = 28,
        SequenceAt = 32, SentAt = 40, OffsetAt = 48, CountAt = 52, ReservedAt = 54, DeviceWidthAt = 54, ConfidenceAt = 55, ScaleAt = 56, WidthAt = 56, HeightAt = 58, SnrAt = 60,
        LabelAt = 64, CrcAt = 68, FromAt = 68, NonceAt = 72, ElasticCrcAt = 80;

    /// <summary>Bytes of one complex sample.</summary>
    internal static int SampleBytes(SampleFormat format) => format == SampleFormat.Cf32 ? 8 : 4;

    /// <summary>Reads symbols that are stored as little-endian floats, and erases damaged ones.</summary>
    /// <param name="bytes">At least 4 bytes a symbol.</param>
    /// <param name="symbols">Receives them.</param>
    /// <returns>How many were erased to 0 because they were not finite or above <see cref="MaxMagnitude"/>.</returns>
    /// <exception cref="ArgumentException">There are too few bytes.</exception>
    public static int ReadFloats(ReadOnlySpan<byte> bytes, Span<float> symbols)
    {
        int erased = 0;
        for (int i = 0; i < symbols.Length; i++)
            symbols[i] = Sensible(BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]), ref erased);
        return erased;
    }

    /// <summary>The symbol, or 0, which is counted.</summary>
    internal static float Sensible(float symbol, ref int erased)
    {
        if (MathF.Abs(symbol) <= MaxMagnitude)   // not so for a NaN
            return symbol;
        erased++;
        return 0;
    }

    /// <summary>Where a version's header has its CRC, the header's last four bytes.</summary>
    internal static int CrcAtOf(byte version) => version == ElasticVersion ? ElasticCrcAt : CrcAt;

    /// <summary>CRC-32C of the header's bytes before the CRC.</summary>
    internal static uint HeaderCrc(ReadOnlySpan<byte> header) => Crc32C.Of(header[..CrcAtOf(header[VersionAt])]);
}
