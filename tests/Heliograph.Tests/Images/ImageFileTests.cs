using System.Buffers.Binary;
using System.IO.Compression;
using Heliograph.Images;

namespace Heliograph.Tests.Images;

public sealed class ImageFileTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("heliograph-images-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    string Write(string name, byte[] bytes)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        System.Text.Encoding.ASCII.GetBytes(type).CopyTo(chunk, 4);
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
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

    static byte[] Png(int width, int height, byte[] rows)
    {
        byte[] header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), height);
        (header[8], header[9]) = (8, 2);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(rows);
        return [0x89, .. "PNG\r\n\x1a\n"u8, .. Chunk("IHDR", header), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", [])];
    }

    [Fact]
    public void Reads_png()
    {
        RgbImage image = ImageFile.Read(Write("two.png", Png(2, 1, [0, 1, 2, 3, 4, 5, 6])));
        Assert.Equal((2, 1), (image.Width, image.Height));
        Assert.Equal([1, 2, 3, 4, 5, 6], image.Pixels);
    }

    [Fact]
    public void Reads_ppm_with_a_comment_and_another_maximum()
    {
        RgbImage image = ImageFile.Read(Write("two.ppm", [.. "P6 # two pixels\n2 1\n15\n"u8, 0, 5, 15, 1, 2, 3]));
        Assert.Equal([0, 85, 255, 17, 34, 51], image.Pixels);
    }

    [Fact]
    public void Reads_bmp()
    {
        byte[] bmp = new byte[54 + 8];
        "BM"u8.CopyTo(bmp);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(2), bmp.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 2);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), 1);
        (bmp[26], bmp[28]) = (1, 24);
        byte[] blueGreenRed = [3, 2, 1, 6, 5, 4];
        blueGreenRed.CopyTo(bmp, 54);
        Assert.Equal([1, 2, 3, 4, 5, 6], ImageFile.Read(Write("two.bmp", bmp)).Pixels);
    }

    public static TheoryData<string, byte[], string> Bad => new()
    {
        { "empty.png", [], "not a PNG" },
        { "text.png", "no image at all"u8.ToArray(), "not a PNG" },
        { "cut.png", Png(8, 8, new byte[8 * 25])[..50], "damaged" },
        { "huge.png", Png(20_000, 4, []), "too large (20000×4)" },
        { "huge.ppm", "P6 16000 16000 255\n"u8.ToArray(), "too large (16000×16000)" },
        { "cut.ppm", [.. "P6 2 2 255\n"u8, 1, 2, 3], "truncated image (3 of 12 bytes" },
        { "no.ppm", "P6 2"u8.ToArray(), "no width, height and maximum" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public void A_bad_file_is_told_in_one_line(string name, byte[] bytes, string expected)
    {
        string path = Write(name, bytes);
        string message = Assert.Throws<InvalidDataException>(() => ImageFile.Read(path)).Message;
        Assert.StartsWith(path, message);
        Assert.Contains(expected, message);
        Assert.DoesNotContain('\n', message);
    }
}
