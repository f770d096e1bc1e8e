using System.Buffers.Binary;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace Heliograph.Images;

/// <summary>
/// WebP (RFC 9649), lossy and lossless; animations are not read. ImageSharp decodes the pixels: of the file it gets only the chunk that holds them,
/// and nothing in which it could find a second picture, a profile or a size.
/// </summary>
static class WebP
{
    const int FileHeader = 12, ChunkHeader = 8, LosslessHeader = 5;

    // Plain arrays, which the collector frees whatever happens; nothing else of ImageSharp is asked for.
    static readonly Configuration configuration = new() { MemoryAllocator = new SimpleGcMemoryAllocator(), MaxDegreeOfParallelism = 1 };

    public static bool Begins(byte[] bytes) => bytes.Length >= 12 && bytes.AsSpan().StartsWith("RIFF"u8) && bytes.AsSpan(8).StartsWith("WEBP"u8);

    public static ImageHeader ReadHeader(byte[] file)
    {
        if (Chunks(file).Any(chunk => chunk.Is("ANIM"u8) || chunk.Is("ANMF"u8)))
            throw new InvalidDataException("an animated WebP image; only still images are supported.");
        Chunk image = Pixels(file);
        var (width, height) = image.IsLossless ? Lossless(image.Data) : Lossy(image.Data);
        int orientation = 1;
        foreach (var chunk in Chunks(file))
        {
            if (chunk.Is("EXIF"u8))
                orientation = Orientation.Of(chunk.Data.StartsWith("Exif\0\0"u8) ? chunk.Data[6..] : chunk.Data);
            else if (chunk.Is("VP8X"u8) && chunk.Length >= 10 && (1 + Number24(chunk.Data[4..]), 1 + Number24(chunk.Data[7..])) != (width, height))
                throw ImageFile.Damaged("two sizes");
        }
        // Bytes a pixel as measured, and ours, and those once more to turn it; the decoder copies the chunk, and so do we where it is not the first.
        long copies = image.IsFirst ? image.Length : 2L * image.Length;
        var header = new ImageHeader(width, height, Memory: 16L * width * height + copies, LeastBytes: 0, orientation);
        return image.IsLossless && header.Memory <= ImageFile.MaximumMemory ? WithTables(header, image.Data) : header;
    }

    /// <summary>With what the tables of the prefix codes take.</summary>
    static ImageHeader WithTables(ImageHeader header, ReadOnlySpan<byte> stream)
    {
        var (groups, cache) = PrefixCodeGroups.Of(stream, LosslessHeader, header.Width, header.Height);
        // Of a group's five tables there are as many entries as complete codes can take (zlib's "enough" counts them), 8 bytes each; they are
        // there twice. Beside them there are 4 bytes a symbol, and objects.
        const int MostEntries = 2956, Symbols = 1088, Objects = 4096;
        long group = 2 * 8 * (MostEntries + cache) + 4 * (Symbols + cache) + Objects;
        return header with { Memory = header.Memory + groups * group, LeastBytes = (long)groups * PrefixCodeGroups.LeastBits / 8 };
    }

    public static byte[] ReadPixels(byte[] file, ImageHeader header)
    {
        try
        {
            using var stream = Alone(Pixels(file));
            using Image<Rgb24> image = new WebpDecoder().Decode<Rgb24>(configuration, stream, CancellationToken.None);
            if (image.Width != header.Width || image.Height != header.Height)
                throw ImageFile.Damaged("two sizes");
            byte[] pixels = GC.AllocateUninitializedArray<byte>(3 * image.Width * image.Height);
            image.CopyPixelDataTo(pixels);
            return pixels;
        }
        catch (Exception e) when (e is not (OutOfMemoryException or InvalidDataException))
        {
            // The decoder reports damage by whatever exception its code runs into: its own, an index or a null.
            throw ImageFile.Damaged(ImageFile.FirstLine(e), e);
        }
    }

    /// <summary>A file of one chunk.</summary>
    static MemoryStream Alone(Chunk chunk)
    {
        if (chunk.IsFirst)
            return new(chunk.File, 0, chunk.Start + chunk.Length, writable: false);
        byte[] file = new byte[FileHeader + ChunkHeader + chunk.Length];
        "RIFF"u8.CopyTo(file);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        "WEBP"u8.CopyTo(file.AsSpan(8));
        chunk.File.AsSpan(chunk.Start - ChunkHeader, ChunkHeader + chunk.Length).CopyTo(file.AsSpan(FileHeader));
        return new(file, writable: false);
    }

    /// <summary>The first chunk of pixels.</summary>
    static Chunk Pixels(byte[] file) =>
        Chunks(file).FirstOrDefault(chunk => chunk.IsLossless || chunk.Is("VP8 "u8)) is { File: not null } found ? found : throw ImageFile.Damaged("no image in it");

    static IEnumerable<Chunk> Chunks(byte[] file)
    {
        for (long at = FileHeader + ChunkHeader; at <= file.Length;)
        {
            uint length = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan((int)at - 4));
            if (length > file.Length - at)
                throw ImageFile.EndsTooEarly();
            yield return new(file, (int)at, (int)length);
            at += length + length % 2 + ChunkHeader;
        }
    }

    /// <summary>A chunk's place in the file, from its data on.</summary>
    readonly record struct Chunk(byte[] File, int Start, int Length)
    {
        public ReadOnlySpan<byte> Data => File.AsSpan(Start, Length);

        public bool IsFirst => Start == FileHeader + ChunkHeader;

        public bool IsLossless => Is("VP8L"u8);

        public bool Is(ReadOnlySpan<byte> name) => File.AsSpan(Start - ChunkHeader, 4).SequenceEqual(name);
    }

    /// <summary>RFC 6386, section 9.1: three bytes, a start code, and twice 14 bits with two of scaling, which concerns displays alone.</summary>
    static (int Width, int Height) Lossy(ReadOnlySpan<byte> frame) => frame.Length >= 10 && frame[3..].StartsWith((ReadOnlySpan<byte>)[0x9d, 0x01, 0x2a])
        ? (BinaryPrimitives.ReadUInt16LittleEndian(frame[6..]) & 0x3fff, BinaryPrimitives.ReadUInt16LittleEndian(frame[8..]) & 0x3fff)
        : throw ImageFile.Damaged("no frame header");

    /// <summary>RFC 9649, section 3.4: a signature, and twice 14 bits of the size less 1.</summary>
    static (int Width, int Height) Lossless(ReadOnlySpan<byte> stream)
    {
        if (stream.Length < LosslessHeader || stream[0] != 0x2f)
            throw ImageFile.Damaged("no frame header");
        uint bits = BinaryPrimitives.ReadUInt32LittleEndian(stream[1..]);
        return (1 + (int)(bits & 0x3fff), 1 + (int)(bits >> 14 & 0x3fff));
    }

    static int Number24(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | bytes[2] << 16;
}
