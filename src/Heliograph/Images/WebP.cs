using System.Buffers.Binary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace Heliograph.Images;

/// <summary>WebP (RFC 9649), lossy and lossless, decoded by ImageSharp; animations are not read.</summary>
static class WebP
{
    // Plain arrays, which the collector frees whatever happens; nothing else of ImageSharp is asked for.
    static readonly Configuration configuration = new() { MemoryAllocator = new SimpleGcMemoryAllocator(), MaxDegreeOfParallelism = 1 };

    public static bool Begins(byte[] bytes) => bytes.Length >= 12 && bytes.AsSpan().StartsWith("RIFF"u8) && bytes.AsSpan(8).StartsWith("WEBP"u8);

    public static ImageHeader ReadHeader(byte[] file)
    {
        ReadOnlySpan<byte> bytes = file;
        var (width, height, orientation) = (0, 0, 1);
        (int, int)? canvas = null;
        for (int at = 12; at <= bytes.Length - 8;)
        {
            ReadOnlySpan<byte> name = bytes.Slice(at, 4);
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[(at + 4)..]);
            at += 8;
            if (length > bytes.Length - at)
                throw ImageFile.EndsTooEarly();
            ReadOnlySpan<byte> chunk = bytes.Slice(at, (int)length);
            if (name.SequenceEqual("ANIM"u8) || name.SequenceEqual("ANMF"u8))
                throw new InvalidDataException("an animated WebP image; images that stand still are read.");
            if (name.SequenceEqual("EXIF"u8))
                orientation = Orientation.Of(chunk.StartsWith("Exif\0\0"u8) ? chunk[6..] : chunk);
            else if (width == 0 && name.SequenceEqual("VP8 "u8))
                (width, height) = Lossy(chunk);
            else if (width == 0 && name.SequenceEqual("VP8L"u8))
                (width, height) = Lossless(chunk);
            else if (name.SequenceEqual("VP8X"u8) && chunk.Length >= 10)
                canvas = (1 + Number24(chunk[4..]), 1 + Number24(chunk[7..]));
            at = (int)Math.Min(bytes.Length, at + length + length % 2);
        }
        if (width == 0)
            throw ImageFile.Damaged("no image in it");
        if (canvas is { } size && size != (width, height))
            throw ImageFile.Damaged("two sizes");
        // Bytes a pixel as measured, and ours, and those once more to turn it.
        return new(width, height, Memory: 16L * width * height, LeastBytes: 0, orientation);
    }

    public static byte[] ReadPixels(byte[] bytes, ImageHeader header)
    {
        try
        {
            using var stream = new MemoryStream(bytes, writable: false);
            using Image<Rgb24> image = new WebpDecoder().Decode<Rgb24>(configuration, stream, CancellationToken.None);
            if (image.Width != header.Width || image.Height != header.Height)
                throw ImageFile.Damaged("two sizes");
            byte[] pixels = GC.AllocateUninitializedArray<byte>(3 * image.Width * image.Height);
            image.CopyPixelDataTo(pixels);
            return pixels;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or InvalidDataException))
        {
            // The decoder tells damage by whatever its code ran into: its own error, an index or a null.
            throw ImageFile.Damaged(ImageFile.FirstLine(e), e);
        }
    }

    /// <summary>RFC 6386, section 9.1: three bytes, a start code, and twice 14 bits with two of scaling, which concerns displays alone.</summary>
    static (int Width, int Height) Lossy(ReadOnlySpan<byte> frame) => frame.Length >= 10 && frame[3..].StartsWith((ReadOnlySpan<byte>)[0x9d, 0x01, 0x2a])
        ? (BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]) & 0x3fff, BinaryPrimitives.ReadUInt16LittleEndian(frame[8..]) & 0x3fff)
        : throw ImageFile.Damaged("no frame header");

    /// <summary>RFC 9649, section 3.4: a signature, and twice 14 bits of the size less 1.</summary>
    static (int Width, int Height) Lossless(ReadOnlySpan<byte> stream)
    {
        if (stream is not [0x2f, _, _, _, _, ..])
            throw ImageFile.Damaged("no frame header");
        uint bits = BinaryPrimitives.ReadUInt32LittleEndian(stream[1..]);
        return (1 + (int)(bits & 0x3fff), 1 + (int)(bits >> 14 & 0x3fff));
    }

    static int Number24(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | bytes[2] << 16;
}
