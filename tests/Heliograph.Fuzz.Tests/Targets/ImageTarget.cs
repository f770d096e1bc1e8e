using System.Text;
using Heliograph.Images;
using Heliograph.Statistics;
using Heliograph.Tests.Images;
using SkiaSharp;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>Images, mostly with the right sums in PNG's chunks.</summary>
sealed class ImageTarget : Target
{
    const int Width = 9, Height = 7;

    static readonly uint[] Crcs = [.. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (crc, _) => (crc & 1) != 0 ? 0xEDB88320 ^ (crc >> 1) : crc >> 1))];

    public override string Name => "images";

    public override IReadOnlyList<byte[]> Corpus { get; } = [Encoded(SKEncodedImageFormat.Png), Encoded(SKEncodedImageFormat.Jpeg), Bmp(), Ppm(), WebPFile.Lossless(5, tile => tile, written: 5), .. Pictures()];

    public override long MostAllocated(int length) => ImageFile.MaximumMemory + 16L * length;

    // A picture of the most memory may not be collected yet.
    public override long MostGrowth => ImageFile.MaximumMemory + base.MostGrowth / 2;

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random) => ByteChanges.Change(origin, pool, random);

    public override byte[] Pack(byte[] changed, RandomStream random) => random.NextInt(4) == 0 ? changed : Summed(changed);

    public override void Read(byte[] input)
    {
        RgbImage image = ImageFile.Decode(input, "picture");
        if (image.Pixels.Length != 3 * image.Width * image.Height)
            throw new InvalidOperationException("the image has not as many pixels as its size says");
    }

    public override bool Refuses(Exception error) => error is InvalidDataException;

    /// <summary>PNG's chunks with their right sums.</summary>
    static byte[] Summed(byte[] file)
    {
        if (!file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
            return file;
        byte[] summed = [.. file];
        for (int at = 8; at + 12 <= summed.Length;)
        {
            uint length = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(summed.AsSpan(at));
            if (length > summed.Length - at - 12)
                break;
            uint crc = uint.MaxValue;
            foreach (byte value in summed.AsSpan(at + 4, (int)length + 4))
                crc = Crcs[(crc ^ value) & 255] ^ (crc >> 8);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(summed.AsSpan(at + 8 + (int)length), ~crc);
            at += 12 + (int)length;
        }
        return summed;
    }

    static byte[] Encoded(SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(Width, Height);
        for (int i = 0; i < Width * Height; i++)
            bitmap.SetPixel(i % Width, i / Width, new SKColor((byte)(20 * i), (byte)(7 * i), (byte)i));
        using var data = bitmap.Encode(format, 80);
        return data.ToArray();
    }

    static byte[] Ppm() => [.. Encoding.ASCII.GetBytes($"P6 {Width} {Height} 255\n"), .. Enumerable.Range(0, 3 * Width * Height).Select(i => (byte)i)];

    // 24 bits a pixel; each row is filled up to a multiple of 4 bytes.
    static byte[] Bmp()
    {
        int row = (3 * Width + 3) / 4 * 4;
        using var file = new MemoryStream();
        using var writer = new BinaryWriter(file);
        writer.Write("BM"u8);
        foreach (int value in new[] { 54 + row * Height, 0, 54, 40, Width, Height })
            writer.Write(value);
        writer.Write((short)1);
        writer.Write((short)24);
        writer.Write(new byte[24 + row * Height]);
        return file.ToArray();
    }

    // Those of the tests, of every format and kind.
    static IEnumerable<byte[]> Pictures() => Path.Combine(Repository.Root, "tests", "Shared", "Pictures") is var folder && Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder).Where(ImageFile.IsImage).Order(StringComparer.Ordinal).Select(File.ReadAllBytes).Where(IsRead)
        : [];

    static bool IsRead(byte[] file)
    {
        try
        {
            _ = ImageFile.Decode(file, "picture");
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }
}
