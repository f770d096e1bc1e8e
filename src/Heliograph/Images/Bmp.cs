using System.Buffers.Binary;

namespace Heliograph.Images;

/// <summary>The header of Windows bitmaps; <see cref="Stb"/> reads the pixels. Uncompressed only, so that a file's length is known.</summary>
static class Bmp
{
    const int FileHeader = 14;

    public static bool Begins(byte[] bytes) => bytes.AsSpan().StartsWith("BM"u8);

    public static ImageHeader ReadHeader(byte[] file)
    {
        ReadOnlySpan<byte> bytes = file;
        if (bytes.Length < FileHeader + 12)
            throw ImageFile.EndsTooEarly();
        uint pixels = BinaryPrimitives.ReadUInt32LittleEndian(bytes[10..]);
        int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[FileHeader..]);
        if (length is not (12 or 40 or 56 or 108 or 124))
            throw new InvalidDataException($"a BMP image with a header of {length} bytes (OS/2 and others); 12, 40, 56, 108 and 124 are supported.");
        if (bytes.Length < FileHeader + length)
            throw ImageFile.EndsTooEarly();

        ReadOnlySpan<byte> header = bytes[(FileHeader + 4)..];
        int width, height, bits, compression = 0;
        if (length == 12)
            (width, height, bits) = (BinaryPrimitives.ReadUInt16LittleEndian(header), BinaryPrimitives.ReadUInt16LittleEndian(header[2..]), header[6]);
        else
            (width, height, bits, compression) = (BinaryPrimitives.ReadInt32LittleEndian(header), BinaryPrimitives.ReadInt32LittleEndian(header[4..]),
                BinaryPrimitives.ReadUInt16LittleEndian(header[10..]), BinaryPrimitives.ReadInt32LittleEndian(header[12..]));
        if (compression is 1 or 2)
            throw new InvalidDataException("a BMP image with run-length compression (RLE); only uncompressed ones are supported.");
        if (compression is not (0 or 3))
            throw new InvalidDataException($"a BMP image with compression {compression} (JPEG, PNG and others); only uncompressed ones are supported.");
        if (bits is not (1 or 4 or 8 or 16 or 24 or 32))
            throw ImageFile.Damaged($"{bits} bits a pixel");

        // The height is negative if rows go from top to bottom. The smallest number has no opposite: it stays negative and is refused.
        if (height is < 0 and > int.MinValue)
            height = -height;
        long row = ((long)width * bits + 31) / 32 * 4;
        return new(width, height, Memory: 7L * width * height, LeastBytes: pixels + row * height);
    }
}
