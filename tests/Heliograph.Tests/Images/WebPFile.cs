using System.Buffers.Binary;

namespace Heliograph.Tests.Images;

/// <summary>Lossless WebP files whose entropy image names as many groups of prefix codes as one likes (RFC 9649, section 3).</summary>
static class WebPFile
{
    const int Literals = 256, Tile = 4;

    /// <summary>A black picture of one row of tiles.</summary>
    /// <param name="tiles">How many tiles, of 4 × 4 pixels: a value of the entropy image for each.</param>
    /// <param name="group">Group of each tile, up to 65,535.</param>
    /// <param name="written">How many groups have their codes in the file.</param>
    /// <param name="cacheBits">log₂ of the colours of the picture's cache; 0: there is none.</param>
    public static byte[] Lossless(int tiles, Func<int, int> group, int written, int cacheBits = 0)
    {
        var bits = new BitWriter();
        bits.Write(0x2f, 8);
        bits.Write(tiles * Tile - 1, 14);
        bits.Write(Tile - 1, 14);
        bits.Write(0, 4);
        Stream(bits, tiles, group, written, cacheBits);
        return File(Chunk("VP8L", bits.ToArray()));
    }

    /// <summary>What an ALPH chunk of a lossy picture holds: 1 for "lossless", and a stream without a header.</summary>
    public static byte[] Alpha(int tiles, Func<int, int> group, int written)
    {
        var bits = new BitWriter();
        bits.Write(1, 8);
        Stream(bits, tiles, group, written, cacheBits: 0);
        return bits.ToArray();
    }

    /// <summary>A file of chunks.</summary>
    public static byte[] File(params byte[][] chunks)
    {
        byte[] file = [.. "RIFF\0\0\0\0WEBP"u8, .. chunks.SelectMany(chunk => chunk)];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    /// <summary>A chunk.</summary>
    public static byte[] Chunk(string name, byte[] data)
    {
        byte[] length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        return [.. System.Text.Encoding.ASCII.GetBytes(name), .. length, .. data, .. new byte[data.Length % 2]];
    }

    // No transforms, perhaps a cache, an entropy image with tiles of the least size, and the groups. The picture takes no more bits.
    static void Stream(BitWriter bits, int tiles, Func<int, int> group, int written, int cacheBits)
    {
        bits.Write(0, 1);
        bits.Write(cacheBits > 0 ? 1 : 0, 1);
        if (cacheBits > 0)
            bits.Write(cacheBits, 4);
        bits.Write(1, 1);
        bits.Write(0, 3);
        Image(bits, tiles, group);
        // Five codes of symbol 0 alone: a black pixel takes no bits.
        for (int i = 0; i < 5 * written; i++)
            One(bits);
    }

    // Literals: red and green by codes of eight bits, no blue, no alpha, no copies, no cache.
    static void Image(BitWriter bits, int pixels, Func<int, int> value)
    {
        bits.Write(0, 1);
        EightBits(bits, Literals + 24);
        EightBits(bits, Literals);
        for (int i = 0; i < 3; i++)
            One(bits);
        for (int i = 0; i < pixels; i++)
        {
            bits.WriteCode(value(i) & 255, 8);
            bits.WriteCode(value(i) >> 8, 8);
        }
    }

    // Simple, one symbol, of one bit.
    static void One(BitWriter bits) => bits.Write(0b0001, 4);

    // The lengths are 8 for literals and 0 for the rest, in a code of one bit for either; its own lengths stand in a fixed order.
    static void EightBits(BitWriter bits, int symbols)
    {
        ReadOnlySpan<int> order = [17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8];
        bits.Write(0, 1);
        bits.Write(order.Length - 4, 4);
        foreach (int symbol in order)
            bits.Write(symbol is 0 or 8 ? 1 : 0, 3);
        bits.Write(0, 1);
        for (int i = 0; i < symbols; i++)
            bits.Write(i < Literals ? 1 : 0, 1);
    }
}

/// <summary>Bits, the lowest first.</summary>
sealed class BitWriter
{
    readonly List<byte> bytes = [];
    int used = 8;

    /// <summary>A number, its lowest bit first.</summary>
    public void Write(int value, int count)
    {
        for (int i = 0; i < count; i++)
        {
            if (used == 8)
            {
                bytes.Add(0);
                used = 0;
            }
            bytes[^1] |= (byte)((value >> i & 1) << used++);
        }
    }

    /// <summary>A prefix code, its highest bit first.</summary>
    public void WriteCode(int code, int count)
    {
        for (int i = count - 1; i >= 0; i--)
            Write(code >> i, 1);
    }

    public byte[] ToArray() => [.. bytes];
}
