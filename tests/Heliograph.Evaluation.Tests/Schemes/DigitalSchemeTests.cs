using System.IO.Compression;
using Heliograph.Evaluation.Schemes;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Training.Data;

namespace Heliograph.Evaluation.Tests.Schemes;

public sealed class DigitalSchemeTests
{
    /// <summary>By another decoder: the JPEG and the WebP that are counted give the pixels that the backbone reads.</summary>
    [Theory]
    [InlineData("jpeg", 3)]
    [InlineData("webp", 3)]
    public void What_the_edge_reads_is_what_any_decoder_reads(string format, int most)
    {
        var set = Ramp();
        byte[] file = format == "jpeg" ? ImageScheme.Jpeg.Encode(set, 0, 90) : ImageScheme.Webp.Encode(set, 0, 90);
        var read = Pictures.Decode([file], set);
        var other = ImageFile.Decode(file, $"image.{format}");
        Assert.Equal((other.Height, other.Width), (set.Shape.Height, set.Shape.Width));
        int differs = 0;
        for (int i = 0; i < other.Pixels.Length; i++)
            differs = Math.Max(differs, Math.Abs(other.Pixels[i] - read.Pixels[i % 3 * 256 + i / 3]));
        // Decoders may differ in how they interpolate chroma.
        Assert.InRange(differs, 0, most);
        Assert.NotEqual(set.Pixels, read.Pixels);
    }

    [Fact]
    public void A_map_is_quantised_between_its_least_and_greatest_value_and_its_bits_are_those_of_real_bytes()
    {
        float[] map = [0, 1, 2.2f, 2.9f, 10, 15];
        int bits = QuantisedScheme.Quantise(map, levels: 15);
        Assert.Equal([0, 1, 2, 3, 10, 15], map);
        using var coded = new MemoryStream();
        using (var deflate = new DeflateStream(coded, CompressionLevel.SmallestSize, leaveOpen: true))
            deflate.Write([0, 1, 2, 3, 10, 15]);
        Assert.Equal(8 * (8 + (int)coded.Length), bits);

        float[] flat = [3, 3, 3];
        QuantisedScheme.Quantise(flat, levels: 255);
        Assert.Equal([3, 3, 3], flat);
        // A ReLU's map is mostly zeros, and takes few bits.
        float[] sparse = new float[16_384];
        sparse[100] = 1;
        Assert.InRange(QuantisedScheme.Quantise(sparse, levels: 255), 64, 800);
    }

    /// <summary>Smooth colours, 16 × 16.</summary>
    static ImageSet Ramp()
    {
        byte[] pixels = new byte[3 * 256];
        for (int i = 0; i < 256; i++)
            (pixels[i], pixels[256 + i], pixels[512 + i]) = ((byte)(i / 16 * 12), (byte)(i % 16 * 13), (byte)(200 - i / 16 * 8));
        return new(new Shape(3, 16, 16), pixels, [0]);
    }
}
