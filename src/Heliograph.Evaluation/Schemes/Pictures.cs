using System.Runtime.InteropServices;
using Heliograph.Training.Data;
using SkiaSharp;

namespace Heliograph.Evaluation.Schemes;

/// <summary>Images of a set as files and back, by Skia.</summary>
static class Pictures
{
    /// <summary>One image of a set as a file.</summary>
    public static byte[] Encode(ImageSet set, int index, Func<SKPixmap, SKData?> encode)
    {
        var (_, height, width) = set.Shape;
        var planes = set.Image(index);
        using var bitmap = new SKBitmap(Info(width, height));
        var pixels = bitmap.GetPixelSpan();
        for (int i = 0; i < height * width; i++)
        {
            for (int channel = 0; channel < 3; channel++)
                pixels[4 * i + channel] = planes[channel * height * width + i];
            pixels[4 * i + 3] = byte.MaxValue;
        }
        using var pixmap = bitmap.PeekPixels();
        using var data = encode(pixmap) ?? throw new InvalidOperationException("Skia did not encode the image");
        return data.ToArray();
    }

    /// <summary>Images from their files, with the labels of the originals.</summary>
    public static ImageSet Decode(byte[][] files, ImageSet originals)
    {
        var (_, height, width) = originals.Shape;
        byte[] planes = GC.AllocateUninitializedArray<byte>(originals.Pixels.Length);
        Parallel.For(0, files.Length, i =>
        {
            using var bitmap = SKBitmap.Decode(files[i], Info(width, height)) ?? throw new InvalidOperationException("Skia did not decode the image");
            var pixels = MemoryMarshal.AsBytes(bitmap.GetPixelSpan());
            var into = planes.AsSpan(i * originals.Shape.Elements, originals.Shape.Elements);
            for (int at = 0; at < height * width; at++)
            {
                for (int channel = 0; channel < 3; channel++)
                    into[channel * height * width + at] = pixels[4 * at + channel];
            }
        });
        return new(originals.Shape, planes, originals.Labels);
    }

    static SKImageInfo Info(int width, int height) => new(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque);
}
