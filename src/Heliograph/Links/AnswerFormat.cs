using System.Buffers.Binary;
using Heliograph.Files;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Heliograph.Links;

/// <summary>
/// Answers as datagrams (docs/frame-format.md): shorter than the shortest question, so that nobody can use an edge to multiply datagrams. Reading never throws because of
/// what has arrived.
/// </summary>
public static class AnswerFormat
{
    /// <summary>Bytes of an answer without a MAC.</summary>
    public const int Bytes = 52;

    /// <summary>Bytes of the longest answer.</summary>
    public const int MaxBytes = Bytes + FrameFormat.MacBytes;

    /// <summary>"HLGA" in ASCII, read as a little-endian number.</summary>
    const uint Magic = 0x41474C48;

    // Offsets of the fields.
    internal const int VersionAt = 4, ReservedAt = 5, DeviceAt = 8, StreamAt = 16, WishAt = 20, SequenceAt = 24, NonceAt = 32, SnrAt = 40, ConfidenceAt = 44, CrcAt = 48;

    /// <summary>Writes an answer.</summary>
    /// <param name="answer">Its confidence from 0 to 1, its SNR within ±100 dB, its wish not negative.</param>
    /// <param name="key">The device's key, with which the answer gets a MAC; null for none.</param>
    /// <param name="datagram">At least <see cref="MaxBytes"/> bytes.</param>
    /// <returns>Its length.</returns>
    /// <exception cref="ArgumentException">A value is out of its range, or the buffer too small.</exception>
    public static int Write(in Answer answer, DeviceKey? key, Span<byte> datagram)
    {
        if (!AreSensible(answer.Wish, answer.SnrDb ?? 0, answer.Confidence))
            throw new ArgumentException($"{answer} has a value out of its range.", nameof(answer));
        datagram[..Bytes].Clear();
        WriteUInt32LittleEndian(datagram, Magic);
        datagram[VersionAt] = FrameFormat.ElasticVersion;
        WriteUInt64LittleEndian(datagram[DeviceAt..], answer.Device);
        WriteUInt32LittleEndian(datagram[StreamAt..], answer.Stream);
        WriteInt32LittleEndian(datagram[WishAt..], answer.Wish);
        WriteUInt64LittleEndian(datagram[SequenceAt..], answer.Sequence);
        WriteUInt64LittleEndian(datagram[NonceAt..], answer.Nonce);
        WriteUInt32LittleEndian(datagram[SnrAt..], answer.SnrDb is { } snr ? BitConverter.SingleToUInt32Bits(snr) : FrameFormat.AbsentSnr);
        WriteSingleLittleEndian(datagram[ConfidenceAt..], answer.Confidence);
        WriteUInt32LittleEndian(datagram[CrcAt..], Crc32C.Of(datagram[..CrcAt]));
        if (key is null)
            return Bytes;
        key.Sign(datagram[..Bytes], datagram[Bytes..]);
        return MaxBytes;
    }

    /// <summary>Reads an answer.</summary>
    /// <param name="datagram">What arrived.</param>
    /// <param name="key">The device's key: an answer without its MAC is refused; null if the device has none.</param>
    /// <param name="answer">The answer, if nothing is wrong.</param>
    /// <returns><see cref="Refusal.None"/>, or what is wrong.</returns>
    public static Refusal Read(ReadOnlySpan<byte> datagram, DeviceKey? key, out Answer answer)
    {
        answer = default;
        if (datagram.Length < Bytes)
            return Refusal.Truncated;
        if (ReadUInt32LittleEndian(datagram) != Magic)
            return Refusal.NotAFrame;
        if (datagram[VersionAt] != FrameFormat.ElasticVersion)
            return Refusal.Version;
        if (ReadUInt32LittleEndian(datagram[CrcAt..]) != Crc32C.Of(datagram[..CrcAt]))
            return Refusal.HeaderDamaged;
        int wish = ReadInt32LittleEndian(datagram[WishAt..]);
        float snr = ReadSingleLittleEndian(datagram[SnrAt..]), confidence = ReadSingleLittleEndian(datagram[ConfidenceAt..]);
        bool knowsSnr = !float.IsNaN(snr);
        if (datagram[ReservedAt..DeviceAt].ContainsAnyExcept((byte)0) || !AreSensible(wish, knowsSnr ? snr : 0, confidence))
            return Refusal.Malformed;
        if (datagram.Length != Bytes + (key is null ? 0 : FrameFormat.MacBytes))
            return Refusal.Length;
        if (key is not null && !key.Signed(datagram))
            return Refusal.Unauthenticated;
        answer = new(ReadUInt64LittleEndian(datagram[DeviceAt..]), ReadUInt32LittleEndian(datagram[StreamAt..]), ReadUInt64LittleEndian(datagram[SequenceAt..]),
            ReadUInt64LittleEndian(datagram[NonceAt..]), wish, knowsSnr ? snr : null, confidence);
        return Refusal.None;
    }

    static bool AreSensible(int wish, float snr, float confidence) => wish >= 0 && MathF.Abs(snr) <= FrameFormat.MaxSnrDb && confidence is >= 0 and <= 1;
}
