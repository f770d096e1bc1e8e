using System.Globalization;
using Heliograph.Pairs;
using static System.Buffers.Binary.BinaryPrimitives;

namespace Heliograph.Links;

/// <summary>
/// The secret that a device and the edge share: with it a datagram carries a MAC (docs/frame-format.md, version 2), the first 8 bytes of
/// HMAC-SHA-256 (RFC 2104, FIPS 198-1) over everything before them. Using it allocates nothing.
/// </summary>
public sealed class DeviceKey
{
    /// <summary>Bytes of a key.</summary>
    public const int Bytes = 32;

    // SHA-256's block; the key, padded to it, is XORed with these bytes in the two hashes.
    const int BlockBytes = 64;
    const byte InnerPad = 0x36, OuterPad = 0x5c;

    readonly byte[] inner = new byte[BlockBytes], outer = new byte[BlockBytes];

    /// <summary>Creates a key.</summary>
    /// <param name="key"><see cref="Bytes"/> random bytes.</param>
    /// <exception cref="ArgumentException">The length is wrong.</exception>
    public DeviceKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Bytes)
            throw new ArgumentException($"A device's key has {Bytes} bytes, not {key.Length}.", nameof(key));
        for (int i = 0; i < BlockBytes; i++)
        {
            byte value = i < key.Length ? key[i] : (byte)0;
            (inner[i], outer[i]) = ((byte)(value ^ InnerPad), (byte)(value ^ OuterPad));
        }
    }

    /// <summary>Reads a key written as 64 hexadecimal digits; null if the text is not a key.</summary>
    public static DeviceKey? Parse(ReadOnlySpan<char> text)
    {
        Span<byte> key = stackalloc byte[Bytes];
        if (text.Length != 2 * Bytes)
            return null;
        for (int i = 0; i < Bytes; i++)
        {
            if (!byte.TryParse(text.Slice(2 * i, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out key[i]))
                return null;
        }
        return new(key);
    }

    /// <summary>Reads a file that holds one key, in 64 hexadecimal digits, and that only its owner may read.</summary>
    /// <exception cref="InvalidDataException">It holds no key, or others may read it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static DeviceKey Read(string path) => Parse(KeyFile.ReadSecret(path).AsSpan().Trim())
        ?? throw new InvalidDataException($"{path}: a device's key is {2 * Bytes} hexadecimal digits, as openssl rand -hex {Bytes} makes them");

    /// <summary>Whether a datagram's last 8 bytes are the MAC of everything before them, in constant time.</summary>
    internal bool Signed(ReadOnlySpan<byte> datagram)
    {
        int at = datagram.Length - FrameFormat.MacBytes;
        return at >= 0 && Mac(datagram[..at]) == ReadUInt64BigEndian(datagram[at..]);
    }

    /// <summary>Writes the MAC of some bytes.</summary>
    internal void Sign(ReadOnlySpan<byte> content, Span<byte> mac) => WriteUInt64BigEndian(mac, Mac(content));

    ulong Mac(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Sha256.Size];
        Sha256.Hash(inner, content, hash);
        Sha256.Hash(outer, hash, hash);
        return ReadUInt64BigEndian(hash);
    }
}
