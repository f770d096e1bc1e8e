using System.Buffers.Binary;
using System.IO.Compression;

namespace Heliograph.Images;

/// <summary>
/// PNG (ISO/IEC 15948): every colour type and depth, interlaced or not. Row by row, so it takes no more memory than its picture, whatever size its
/// compressed data unpack to. Alpha and transparent colours are ignored; of 16-bit values the upper 8 bits are used.
/// </summary>
static class Png
{
    const int Grey = 0, Palette = 3, ColourBit = 2, HeaderLength = 13;

    // The maximum expansion of a byte by deflate.
    const int MostExpansion = 1032;

    static readonly byte[] signature = [0x89, .. "PNG\r\n\x1a\n"u8];

    // Where the first pixel of each pass of an interlaced image lies, and how far apart its pixels and rows are.
    static readonly (int X, int Y, int StepX, int StepY)[] interlaced =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    static readonly (int X, int Y, int StepX, int StepY)[] whole = [(0, 0, 1, 1)];

    public static bool Begins(byte[] bytes) => bytes.AsSpan().StartsWith(signature);

    public static ImageHeader ReadHeader(byte[] file)
    {
        var info = Info.Read(file);
        int orientation = 1;
        foreach (var chunk in Chunks(file))
        {
            if (chunk.Is("eXIf"u8))
                orientation = Orientation.Of(chunk.Data);
        }
        long row = ((long)info.Width * info.BitsPerPixel + 7) / 8;
        // The picture, that once more to turn it, two rows, and the compressed data in one piece.
        return new(info.Width, info.Height, Memory: 6L * info.Width * info.Height + 2 * row + file.Length, LeastBytes: row * info.Height / MostExpansion, orientation);
    }

    public static byte[] ReadPixels(byte[] file, ImageHeader header)
    {
        var info = Info.Read(file);
        byte[] palette = new byte[3 * 256];
        using var compressed = new MemoryStream();
        foreach (var chunk in Chunks(file))
        {
            if (chunk.Is("PLTE"u8))
                chunk.Data[..Math.Min(palette.Length, chunk.Length)].CopyTo(palette);
            else if (chunk.Is("IDAT"u8))
                compressed.Write(chunk.Data);
        }
        compressed.Position = 0;
        using var rows = new ZLibStream(compressed, CompressionMode.Decompress);
        byte[] pixels = new byte[3 * info.Width * info.Height];
        try
        {
            foreach (var pass in info.Interlaced ? interlaced : whole)
                ReadPass(rows, info, palette, pass, pixels);
        }
        catch (EndOfStreamException e)
        {
            throw ImageFile.Damaged("the file ends too early", e);
        }
        // zlib's own error, for a missing dictionary, is an IOException; there can be no other, since the data are in memory.
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw ImageFile.Damaged("its compressed data are damaged", e);
        }
        return pixels;
    }

    static void ReadPass(ZLibStream rows, in Info info, byte[] palette, (int X, int Y, int StepX, int StepY) pass, byte[] pixels)
    {
        int width = (info.Width - pass.X + pass.StepX - 1) / pass.StepX, height = (info.Height - pass.Y + pass.StepY - 1) / pass.StepY;
        if (width == 0 || height == 0)
            return;
        int length = (int)(((long)width * info.BitsPerPixel + 7) / 8), back = Math.Max(1, info.BitsPerPixel / 8);
        // The byte before a row gives its filter.
        byte[] row = new byte[1 + length], above = new byte[1 + length];
        for (int y = 0; y < height; y++)
        {
            rows.ReadExactly(row);
            Unfilter(row[0], row.AsSpan(1), above.AsSpan(1), back);
            int first = 3 * ((pass.Y + y * pass.StepY) * info.Width + pass.X);
            ToRgb(row.AsSpan(1), info, palette, width, pixels.AsSpan(first), 3 * pass.StepX);
            (row, above) = (above, row);
        }
    }

    /// <summary>Undoes one row's filter (section 9 of the standard).</summary>
    static void Unfilter(byte filter, Span<byte> row, ReadOnlySpan<byte> above, int back)
    {
        switch (filter)
        {
            case 0:
                break;
            case 1:
                for (int i = back; i < row.Length; i++)
                    row[i] += row[i - back];
                break;
            case 2:
                for (int i = 0; i < row.Length; i++)
                    row[i] += above[i];
                break;
            case 3:
                for (int i = 0; i < row.Length; i++)
                    row[i] += (byte)(((i < back ? 0 : row[i - back]) + above[i]) / 2);
                break;
            case 4:
                for (int i = 0; i < Math.Min(back, row.Length); i++)
                    row[i] += above[i];
                for (int i = back; i < row.Length; i++)
                    row[i] += Paeth(row[i - back], above[i], above[i - back]);
                break;
            default:
                throw new InvalidDataException($"filter {filter}");
        }
    }

    static byte Paeth(int left, int above, int corner)
    {
        int toLeft = Math.Abs(above - corner), toAbove = Math.Abs(left - corner), toCorner = Math.Abs(left + above - 2 * corner);
        return (byte)(toLeft <= toAbove && toLeft <= toCorner ? left : toAbove <= toCorner ? above : corner);
    }

    static void ToRgb(ReadOnlySpan<byte> row, in Info info, byte[] palette, int width, Span<byte> pixels, int step)
    {
        int depth = info.Depth, bytes = info.BitsPerPixel / 8;
        if (depth < 8)
        {
            int most = (1 << depth) - 1, scale = info.Colour == Grey ? 255 / most : 1;
            for (int x = 0; x < width; x++)
            {
                int bit = x * depth, value = scale * ((row[bit / 8] >> (8 - depth - bit % 8)) & most);
                Write(pixels, x * step, value, info.Colour == Palette, palette);
            }
        }
        else if ((info.Colour & ColourBit) == 0 || info.Colour == Palette)
        {
            for (int x = 0; x < width; x++)
                Write(pixels, x * step, row[x * bytes], info.Colour == Palette, palette);
        }
        else
        {
            int next = depth / 8;
            for (int x = 0, from = 0, to = 0; x < width; x++, from += bytes, to += step)
                (pixels[to], pixels[to + 1], pixels[to + 2]) = (row[from], row[from + next], row[from + 2 * next]);
        }
    }

    static void Write(Span<byte> pixels, int at, int value, bool isIndex, byte[] palette) =>
        (pixels[at], pixels[at + 1], pixels[at + 2]) = isIndex
            ? (palette[3 * value], palette[3 * value + 1], palette[3 * value + 2])
            : ((byte)value, (byte)value, (byte)value);

    /// <summary>The chunks, each followed by its checksum.</summary>
    static IEnumerable<Chunk> Chunks(byte[] file)
    {
        for (long at = signature.Length; at <= file.Length - 8;)
        {
            long length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan((int)at));
            if (at + 12 + length > file.Length)
                throw ImageFile.EndsTooEarly();
            yield return new(file, (int)at + 8, (int)length);
            at += 12 + length;
        }
    }

    /// <summary>A chunk's place in the file, from its data on.</summary>
    readonly record struct Chunk(byte[] File, int Start, int Length)
    {
        public ReadOnlySpan<byte> Data => File.AsSpan(Start, Length);

        public bool Is(ReadOnlySpan<byte> name) => File.AsSpan(Start - 4, 4).SequenceEqual(name);
    }

    readonly record struct Info(int Width, int Height, int Depth, int Colour, bool Interlaced)
    {
        public int BitsPerPixel => Depth * Colour switch { 0 or 3 => 1, 2 => 3, 4 => 2, _ => 4 };

        public static Info Read(byte[] file)
        {
            var first = Chunks(file).FirstOrDefault();
            if (first.File is not null && first.Is("CgBI"u8))
                throw new InvalidDataException("a PNG image in Apple's variant (CgBI), which is not supported.");
            if (first.File is null || !first.Is("IHDR"u8) || first.Length != HeaderLength)
                throw ImageFile.Damaged("no PNG header");
            ReadOnlySpan<byte> header = first.Data;
            int width = BinaryPrimitives.ReadInt32BigEndian(header), height = BinaryPrimitives.ReadInt32BigEndian(header[4..]);
            var (depth, colour) = (header[8], header[9]);
            bool known = colour switch
            {
                0 => depth is 1 or 2 or 4 or 8 or 16,
                2 or 4 or 6 => depth is 8 or 16,
                3 => depth is 1 or 2 or 4 or 8,
                _ => false,
            };
            if (!known || header[10] != 0 || header[11] != 0 || header[12] > 1)
                throw ImageFile.Damaged($"colour type {colour} with {depth} bits, compression {header[10]}, filter {header[11]}, interlacing {header[12]}");
            return new(width, height, depth, colour, header[12] == 1);
        }
    }
}
