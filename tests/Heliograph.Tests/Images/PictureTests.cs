using System.Buffers.Binary;
using Heliograph.Images;

namespace Heliograph.Tests.Images;

/// <summary>Pictures of four known fields, in many forms (<c>tests/Shared/Pictures</c>).</summary>
public sealed class PictureTests
{
    [Theory]
    [InlineData("base.png", 3)]
    [InlineData("base.jpg", 3)]
    [InlineData("prog.jpg", 3)]
    [InlineData("rgb.jpg", 3)]
    [InlineData("411.jpg", 3)]
    [InlineData("422-restart.jpg", 3)]
    [InlineData("w.webp", 6)]
    [InlineData("lossless.webp", 3)]
    [InlineData("upright.jpg", 3)]
    [InlineData("stored-turned.jpg", 3)]
    [InlineData("exif3.jpg", 3)]
    [InlineData("exif6.jpg", 3)]
    public void Colours_are_right_and_the_picture_is_upright(string name, int tolerance) =>
        AssertFields(ImageFile.Read(TestPictures.Of(name)), tolerance: tolerance);

    [Theory]
    [InlineData("grey.jpg")]
    [InlineData("gray16.png")]
    public void Grey_is_right(string name) => AssertFields(ImageFile.Read(TestPictures.Of(name)), (87, 119, 64, 239));

    [Fact]
    public void CMYK_with_Adobes_marker_is_right_and_without_it_refused()
    {
        byte[] bare = TestPictures.Bytes("cmyk_noadobe.jpg"), marker = [0xff, 0xee, 0, 14, .. "Adobe"u8, 0, 100, 0, 0, 0, 0, 0];
        AssertFields(ImageFile.Decode([.. bare[..2], .. marker, .. bare[2..]], "a.jpg"));
        Assert.Contains("CMYK JPEG image without Adobe's marker", Assert.Throws<InvalidDataException>(() => ImageFile.Decode(bare, "a.jpg")).Message, StringComparison.Ordinal);
    }

    /// <summary>The stored picture is the upright one turned back, for each of EXIF's eight orientations, in each format that holds EXIF.</summary>
    [Theory]
    [InlineData(1, 0, 1, 2, 3)]
    [InlineData(2, 1, 0, 3, 2)]
    [InlineData(3, 3, 2, 1, 0)]
    [InlineData(4, 2, 3, 0, 1)]
    [InlineData(5, 0, 2, 1, 3)]
    [InlineData(6, 2, 0, 3, 1)]
    [InlineData(7, 3, 1, 2, 0)]
    [InlineData(8, 1, 3, 0, 2)]
    public void Every_orientation_is_turned(int orientation, params int[] order)
    {
        foreach (bool little in (bool[])[true, false])
        {
            byte[] exif = Exif(orientation, little), jpeg = TestPictures.Bytes("base.jpg"), webP = TestPictures.Bytes("lossless.webp");
            byte[] app1 = [0xff, 0xe1, 0, (byte)(exif.Length + 8), .. "Exif\0\0"u8, .. exif];
            byte[] extended = [.. "VP8X"u8, 10, 0, 0, 0, 8, 0, 0, 0, 63, 0, 0, 47, 0, 0], chunk = [.. "EXIF"u8, (byte)exif.Length, 0, 0, 0, .. exif];
            byte[] riff = [.. webP[..12], .. extended, .. webP[12..], .. chunk];
            BinaryPrimitives.WriteInt32LittleEndian(riff.AsSpan(4), riff.Length - 8);
            byte[] png = TestPictures.Bytes("base.png");
            byte[][] files = [[.. jpeg[..2], .. app1, .. jpeg[2..]], riff, [.. png[..33], .. PngFile.Chunk("eXIf", exif), .. png[33..]]];
            foreach (byte[] file in files)
            {
                var image = ImageFile.Decode(file, "a");
                Assert.Equal(orientation < 5 ? (64, 48) : (48, 64), (image.Width, image.Height));
                AssertFields(image, order);
            }
        }
    }

    [Fact]
    public void Damaged_EXIF_leaves_the_picture_as_it_is()
    {
        byte[] jpeg = TestPictures.Bytes("base.jpg"), exif = Exif(6, true);
        for (int length = 0; length < 22; length++)
            AssertFields(ImageFile.Decode([.. jpeg[..2], 0xff, 0xe1, 0, (byte)(length + 8), .. "Exif\0\0"u8, .. exif[..length], .. jpeg[2..]], "a.jpg"));
        AssertFields(ImageFile.Decode([.. jpeg[..2], 0xff, 0xe1, 0, (byte)(exif.Length + 8), .. "Exif\0\0"u8, .. Exif(9, true), .. jpeg[2..]], "a.jpg"));
    }

    public static TheoryData<string, byte[]> Variants => new()
    {
        { "a JPEG image with arithmetic coding; only baseline and progressive ones are supported", TestPictures.Bytes("arithmetic.jpg") },
        { "a JPEG image with lossless coding", Jpeg(0xc3) },
        { "a JPEG image with hierarchical coding", Jpeg(0xc5) },
        { "a JPEG image with 12 bits a channel; only 8 are supported", Jpeg(0xc1, precision: 12) },
        { "a JPEG image with 2 channels; only 1, 3 and 4 are supported", Jpeg(0xc0, channels: 2) },
        { "gives its height after its pixels (DNL)", Jpeg(0xc0, height: 0) },
        { "an animated WebP image", TestPictures.Bytes("animated.webp") },
        { "a BMP image with run-length compression (RLE)", Bmp(bits: 8, compression: 1) },
        { "a BMP image with compression 4", Bmp(bits: 24, compression: 4) },
        { "a BMP image with a header of 64 bytes", Bmp(bits: 24, compression: 0, header: 64) },
        { "a PPM image with a maximum of 65535; only 1 to 255 are supported", "P6 2 2 65535\n0000000000000000"u8.ToArray() },
        { "a PPM image in text form (P3), not a PNG, JPEG, WebP, BMP or PPM (P6) image", "P3 1 1 255 1 2 3"u8.ToArray() },
        { "a grey PGM image", "P5 1 1 255\n1"u8.ToArray() },
        { "a black-and-white PBM image", "P4 8 1\n1"u8.ToArray() },
        { "a PAM image (P7)", "P7\nWIDTH 1\n"u8.ToArray() },
        { "a GIF image", "GIF89a\u0001\0\u0001\0"u8.ToArray() },
        { "a TIFF or raw camera image", "II*\0\u0008\0\0\0"u8.ToArray() },
        { "a TIFF or raw camera image", "MM\0*\0\0\0\u0008"u8.ToArray() },
        { "a HEIC image or a video", [0, 0, 0, 24, .. "ftypheic"u8] },
        { "an AVIF image", [0, 0, 0, 28, .. "ftypavif"u8] },
        { "a JPEG XL image", [0xff, 0x0a, 1, 2] },
        { "a Photoshop (PSD) image", "8BPS\0\u0001"u8.ToArray() },
        { "a Radiance (HDR) image", "#?RADIANCE\n"u8.ToArray() },
        { "a text file such as SVG or HTML", "<svg/>"u8.ToArray() },
    };

    [Theory]
    [MemberData(nameof(Variants))]
    public void Variants_that_are_not_read_are_named(string says, byte[] file)
    {
        string message = Assert.Throws<InvalidDataException>(() => ImageFile.Decode(file, "photos/a")).Message;
        Assert.StartsWith("photos/a: ", message, StringComparison.Ordinal);
        Assert.Contains(says, message, StringComparison.Ordinal);
    }

    /// <summary>Uncompressed bitmaps of each depth.</summary>
    [Theory]
    [InlineData(24, 0)]
    [InlineData(32, 0)]
    [InlineData(16, 0)]
    [InlineData(16, 3)]
    [InlineData(8, 0)]
    public void Bitmaps_of_every_depth_are_right(int bits, int compression) => AssertFields(ImageFile.Decode(Bmp(bits, compression), "a.bmp"), tolerance: bits == 16 ? 8 : 0);

    static byte[] Jpeg(byte frame, byte precision = 8, byte channels = 3, ushort height = 8)
    {
        byte[] size = [(byte)(height >> 8), (byte)height, 0, 8];
        byte[] components = [.. Enumerable.Range(1, channels).SelectMany(id => (byte[])[(byte)id, 0x11, 0])];
        return [0xff, 0xd8, 0xff, frame, 0, (byte)(8 + components.Length), precision, .. size, channels, .. components, 0xff, 0xda, 0, 2, 0xff, 0xd9];
    }

    static byte[] Bmp(int bits, int compression, int header = 40)
    {
        const int width = 64, height = 48;
        byte[] masks = compression == 3 ? [0, 0xf8, 0, 0, 0xe0, 0x07, 0, 0, 0x1f, 0, 0, 0] : [];
        byte[] palette = bits == 8 ? [.. Enumerable.Range(0, 256).SelectMany(i => i < 4 ? Blue(TestPictures.Fields[i]) : [0, 0, 0, 0])] : [];
        int start = 14 + header + masks.Length + palette.Length;
        byte[] file = new byte[start + width * height * bits / 8];
        "BM"u8.CopyTo(file);
        int[] fields = [width, height, 1 | bits << 16, compression];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(10), start);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(14), header);
        for (int i = 0; i < fields.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18 + 4 * i), fields[i]);
        masks.CopyTo(file, 14 + header);
        palette.CopyTo(file, 14 + header + masks.Length);
        for (int y = 0, at = start; y < height; y++)
        {
            // Rows stand from below.
            for (int x = 0; x < width; x++, at += bits / 8)
            {
                int field = (x < width / 2 ? 0 : 1) + (y < height / 2 ? 2 : 0);
                var (r, g, b) = TestPictures.Fields[field];
                if (bits == 8)
                    file[at] = (byte)field;
                else if (bits == 16)
                    BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(at), (ushort)(compression == 3 ? r >> 3 << 11 | g >> 2 << 5 | b >> 3 : r >> 3 << 10 | g >> 3 << 5 | b >> 3));
                else
                    Blue((r, g, b)).AsSpan(0, bits / 8).CopyTo(file.AsSpan(at));
            }
        }
        return file;

        static byte[] Blue((int R, int G, int B) colour) => [(byte)colour.B, (byte)colour.G, (byte)colour.R, 255];
    }

    /// <summary>EXIF data with the orientation alone.</summary>
    static byte[] Exif(int orientation, bool little) => little
        ? [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0]
        : [.. "MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    static void AssertFields(RgbImage image, int[]? order = null, int tolerance = 3) =>
        AssertFields(image, [.. (order ?? [0, 1, 2, 3]).Select(field => TestPictures.Fields[field])], tolerance);

    static void AssertFields(RgbImage image, (int Grey1, int Grey2, int Grey3, int Grey4) grey) =>
        AssertFields(image, [.. new[] { grey.Grey1, grey.Grey2, grey.Grey3, grey.Grey4 }.Select(value => (value, value, value))], 3);

    static void AssertFields(RgbImage image, (int R, int G, int B)[] fields, int tolerance)
    {
        for (int y = 0; y < image.Height; y++)
        {
            for (int x = 0; x < image.Width; x++)
            {
                // Fields run into each other where colours are stored coarsely.
                if (Math.Abs(2 * x - image.Width) < 36 || Math.Abs(2 * y - image.Height) < 20)
                    continue;
                var (r, g, b) = fields[(2 * x < image.Width ? 0 : 1) + (2 * y < image.Height ? 0 : 2)];
                int at = 3 * (y * image.Width + x);
                Assert.True(Math.Abs(image.Pixels[at] - r) <= tolerance && Math.Abs(image.Pixels[at + 1] - g) <= tolerance && Math.Abs(image.Pixels[at + 2] - b) <= tolerance,
                    $"({x},{y}) is ({image.Pixels[at]},{image.Pixels[at + 1]},{image.Pixels[at + 2]}), not ({r},{g},{b})");
            }
        }
    }
}
