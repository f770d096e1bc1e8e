using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace Heliograph.Tests.Images;

/// <summary>Writes PNG files chunk by chunk, right ones and wrong ones.</summary>
static class PngFile
{
    public static byte[] Signature { get; } = [0x89, .. "PNG\r\n\x1a\n"u8];

    /// <summary>A whole file; <paramref name="rows"/> hold the byte of the filter before each row.</summary>
    public static byte[] Write(int width, int height, byte[] rows, byte colourType = 2, byte depth = 8, bool interlaced = false, params byte[][] chunks) =>
        [.. Signature, .. Header(width, height, colourType, depth, interlaced), .. chunks.SelectMany(chunk => chunk), .. Chunk("IDAT", Deflate(rows)), .. Chunk("IEND", [])];

    public static byte[] Header(int width, int height, byte colourType = 2, byte depth = 8, bool interlaced = false)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9], header[12]) = (depth, colourType, interlaced ? (byte)1 : (byte)0);
        return Chunk("IHDR", header);
    }

    public static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    public static byte[] Deflate(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(data);
        return packed.ToArray();
    }

    static uint Crc(ReadOnlySpan<byte> data)
    {
        uint crc = ~0u;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1;
        }
        return ~crc;
    }
}
