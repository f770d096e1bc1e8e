using System.Buffers.Binary;
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

    [Fact]
    public void Reads_png()
    {
        RgbImage image = ImageFile.Read(Write("two.png", PngFile.Write(2, 1, [0, 1, 2, 3, 4, 5, 6])));
        Assert.Equal((2, 1), (image.Width, image.Height));
        Assert.Equal([1, 2, 3, 4, 5, 6], image.Pixels);
    }

    [Fact]
    public void Reads_what_a_link_to_a_link_leads_to()
    {
        string picture = Write("two.png", PngFile.Write(2, 1, [0, 1, 2, 3, 4, 5, 6])), link = Path.Combine(folder, "link.png"), second = Path.Combine(folder, "second.png");
        File.CreateSymbolicLink(link, picture);
        File.CreateSymbolicLink(second, "link.png");
        Assert.Equal([1, 2, 3, 4, 5, 6], ImageFile.Read(second).Pixels);
        File.Delete(picture);
        Assert.Contains(second, Assert.Throws<FileNotFoundException>(() => ImageFile.Read(second)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Grey_becomes_three_equal_channels() =>
        Assert.Equal([7, 7, 7, 200, 200, 200], ImageFile.Read(Write("grey.png", PngFile.Write(2, 1, [0, 7, 200], colourType: 0))).Pixels);

    [Fact]
    public void Alpha_is_ignored() =>
        Assert.Equal([1, 2, 3, 4, 5, 6], ImageFile.Read(Write("alpha.png", PngFile.Write(2, 1, [0, 1, 2, 3, 0, 4, 5, 6, 128], colourType: 6))).Pixels);

    /// <summary>Baseline, colours at full resolution, two blocks with Y, Cb and Cr of 100, 110, 180 and of 150, 160, 60.</summary>
    const string Jpeg = "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAj/wAAR"
        + "CAAIABADAREAAhEAAxEA/8QAHAAAAAAJAAAAAAAAAAAAAAAAAAECAwQFBgcI/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACAAMAAD8AUZWm0NkbI4d//9k=";

    [Fact]
    public void Reads_jpeg()
    {
        RgbImage image = ImageFile.Read(Write("two.jpg", Convert.FromBase64String(Jpeg)));
        Assert.Equal((16, 8), (image.Width, image.Height));
        int[] left = [173, 69, 68], right = [55, 188, 207];
        for (int i = 0; i < image.Pixels.Length; i++)
        {
            // Decoders round a colour's change of basis in different ways.
            int expected = (i / 3 % 16 < 8 ? left : right)[i % 3];
            Assert.InRange(image.Pixels[i], expected - 1, expected + 1);
        }
    }

    [Fact]
    public void Reads_ppm_with_a_comment_and_another_maximum()
    {
        RgbImage image = ImageFile.Read(Write("two.ppm", [.. "P6 # two pixels\n2 1\n15\n"u8, 0, 5, 15, 1, 2, 3]));
        Assert.Equal([0, 85, 255, 17, 34, 51], image.Pixels);
    }

    /// <summary>Uncompressed, 24 bits, two pixels wide; each row is blue, green and red of both and two bytes more.</summary>
    static byte[] Bmp(int height, byte[] rows)
    {
        byte[] bmp = new byte[54 + rows.Length];
        "BM"u8.CopyTo(bmp);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(2), bmp.Length);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(10), 54);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(14), 40);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(18), 2);
        BinaryPrimitives.WriteInt32LittleEndian(bmp.AsSpan(22), height);
        (bmp[26], bmp[28]) = (1, 24);
        rows.CopyTo(bmp, 54);
        return bmp;
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-2)]
    public void Reads_bmp_from_below_and_from_above(int height)
    {
        byte[] first = [3, 2, 1, 6, 5, 4, 0, 0], second = [9, 8, 7, 12, 11, 10, 0, 0];
        byte[] rows = height > 0 ? [.. second, .. first] : [.. first, .. second];
        RgbImage image = ImageFile.Read(Write("four.bmp", Bmp(height, rows)));
        Assert.Equal((2, 2), (image.Width, image.Height));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12], image.Pixels);
    }

    [Theory]
    [InlineData("a.png")]
    [InlineData("a.PNG")]
    [InlineData("some/folder/a.b.jpg")]
    [InlineData(".hidden/a.jpeg")]
    [InlineData("a.Bmp")]
    [InlineData("a.jfif")]
    [InlineData("a.WebP")]
    [InlineData("a.ppm")]
    public void Images_are_known_by_their_names(string path) => Assert.True(ImageFile.IsImage(path));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("png")]
    [InlineData("a.png.txt")]
    [InlineData("a.png/")]
    [InlineData("folder.png/a")]
    [InlineData(".png")]
    [InlineData("folder/._a.png")]
    [InlineData("a.gif")]
    public void Other_files_are_none(string path) => Assert.False(ImageFile.IsImage(path));

    public static TheoryData<string, byte[], string> Bad => new()
    {
        { "empty.png", [], "empty, or not a regular file; not a PNG" },
        { "text.png", "no image at all"u8.ToArray(), "not a PNG" },
        { "cut.png", PngFile.Write(8, 8, new byte[8 * 25])[..50], "damaged" },
        { "huge.png", PngFile.Write(20_000, 4, []), "too large (20000×4)" },
        { "huge.ppm", "P6 16000 16000 255\n"u8.ToArray(), "too large (16000×16000)" },
        { "cut.bmp", Bmp(-2, new byte[13]), "damaged" },
        { "high.bmp", Bmp(-20_000, []), "too large (2×20000)" },
        { "flat.bmp", Bmp(0, []), "damaged image (size 2×0)" },
        { "lowest.bmp", Bmp(int.MinValue, []), "damaged image (size 2×-2147483648)" },
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
