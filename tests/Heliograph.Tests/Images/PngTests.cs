using Heliograph.Images;

namespace Heliograph.Tests.Images;

/// <summary>Every colour type and depth, plain and interlaced, with every filter, against pixels that are known before they are written.</summary>
public sealed class PngTests
{
    static readonly (int X, int Y, int StepX, int StepY)[] passes =
        [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

    public static TheoryData<byte, byte, bool, int, int> Kinds
    {
        get
        {
            var kinds = new TheoryData<byte, byte, bool, int, int>();
            foreach (var (colour, depth) in (ReadOnlySpan<(byte, byte)>)
                [(0, 1), (0, 2), (0, 4), (0, 8), (0, 16), (2, 8), (2, 16), (3, 1), (3, 2), (3, 4), (3, 8), (4, 8), (4, 16), (6, 8), (6, 16)])
            {
                foreach (var (width, height) in (ReadOnlySpan<(int, int)>)[(1, 1), (3, 2), (13, 11), (33, 9)])
                {
                    kinds.Add(colour, depth, false, width, height);
                    kinds.Add(colour, depth, true, width, height);
                }
            }
            return kinds;
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_kind_is_read(byte colour, byte depth, bool interlaced, int width, int height)
    {
        var random = new Random(width + 100 * colour + depth);
        int channels = colour switch { 0 or 3 => 1, 4 => 2, 2 => 3, _ => 4 };
        int[] samples = [.. Enumerable.Range(0, width * height * channels).Select(_ => random.Next(1 << depth))];
        byte[] palette = new byte[3 << Math.Min(depth, (byte)8)];
        random.NextBytes(palette);

        var rows = new List<byte>();
        foreach (var (x0, y0, dx, dy) in interlaced ? passes : [(0, 0, 1, 1)])
            AddPass(rows, [.. From(x0, dx, width)], [.. From(y0, dy, height)], samples, channels, width, depth, random);
        byte[] png = PngFile.Write(width, height, [.. rows], colour, depth, interlaced, colour == 3 ? [PngFile.Chunk("PLTE", palette)] : []);

        var image = ImageFile.Decode(png, "a.png");
        Assert.Equal((width, height), (image.Width, image.Height));
        Assert.Equal(Enumerable.Range(0, width * height).SelectMany(i => Expected(samples.AsSpan(i * channels, channels).ToArray(), colour, depth, palette)), image.Pixels);
    }

    static IEnumerable<int> From(int first, int step, int end)
    {
        for (int i = first; i < end; i += step)
            yield return i;
    }

    static byte[] Expected(int[] sample, byte colour, byte depth, byte[] palette)
    {
        int[] rgb = colour switch
        {
            3 => [palette[3 * sample[0]], palette[3 * sample[0] + 1], palette[3 * sample[0] + 2]],
            0 or 4 => [sample[0], sample[0], sample[0]],
            _ => sample[..3],
        };
        return [.. rgb.Select(value => (byte)(colour == 3 ? value : depth == 16 ? value >> 8 : value * 255 / ((1 << depth) - 1)))];
    }

    /// <summary>Packs the samples of a pass into rows and filters each with a filter of its own.</summary>
    static void AddPass(List<byte> rows, int[] columns, int[] lines, int[] samples, int channels, int width, byte depth, Random random)
    {
        if (columns.Length == 0)
            return;
        int length = (columns.Length * channels * depth + 7) / 8, back = Math.Max(1, channels * depth / 8);
        byte[] above = new byte[length];
        foreach (int y in lines)
        {
            byte[] row = new byte[length];
            int bit = 0;
            foreach (int x in columns)
            {
                for (int c = 0; c < channels; c++, bit += depth)
                {
                    int value = samples[(y * width + x) * channels + c];
                    if (depth == 16)
                        (row[bit / 8], row[bit / 8 + 1]) = ((byte)(value >> 8), (byte)value);
                    else
                        row[bit / 8] |= (byte)(value << (8 - depth - bit % 8));
                }
            }
            int filter = random.Next(5);
            rows.Add((byte)filter);
            for (int i = 0; i < length; i++)
            {
                int left = i < back ? 0 : row[i - back], up = above[i], corner = i < back ? 0 : above[i - back];
                rows.Add((byte)(row[i] - filter switch { 0 => 0, 1 => left, 2 => up, 3 => (left + up) / 2, _ => Paeth(left, up, corner) }));
            }
            above = row;
        }
    }

    static int Paeth(int a, int b, int c) => new[] { a, b, c }.MinBy(value => Math.Abs(a + b - c - value));

    [Fact]
    public void Wrong_ones_are_told()
    {
        Refused("colour type 5", [.. PngFile.Signature, .. PngFile.Header(8, 8, 5)]);
        Refused("no PNG header", [.. PngFile.Signature, .. PngFile.Chunk("IDAT", [1])]);
        Refused("CgBI", [.. PngFile.Signature, .. PngFile.Chunk("CgBI", [0, 0, 0, 0]), .. PngFile.Header(8, 8)]);
        Refused("its compressed data are damaged", PngFile.Write(2, 1, [5, 1, 2, 3, 4, 5, 6]));
        Refused("its compressed data are damaged", [.. PngFile.Signature, .. PngFile.Header(2, 1), .. PngFile.Chunk("IDAT", [1, 2, 3, 4, 5, 6, 7, 8])]);
        // A zlib header that asks for a dictionary.
        Refused("its compressed data are damaged", [.. PngFile.Signature, .. PngFile.Header(2, 1), .. PngFile.Chunk("IDAT", [0x78, 0x20, 0, 0, 0, 0, 0, 0])]);
        Refused("the file ends too early", PngFile.Write(2, 2, [0, 1, 2, 3, 4, 5, 6]));

        static void Refused(string says, byte[] png) =>
            Assert.Contains(says, Assert.Throws<InvalidDataException>(() => ImageFile.Decode(png, "a.png")).Message, StringComparison.Ordinal);
    }
}
