using System.Runtime.InteropServices;
using Heliograph.Training.Data;
using SkiaSharp;

namespace Heliograph.Evaluation.Schemes;

/// <summary>Files of images back into a set, by Skia.</summary>
static class Pictures
{
    /// <summary>Images from their files, with the labels of the originals.</summary>
    public static ImageSet Decode(byte[][] files, ImageSet originals)
    {
        var (_, height, width) = originals.Shape;
        byte[] planes = GC.AllocateUninitializedArray<byte>(originals.Pixels.Length);
        Parallel.For(0, files.Length, i =>
        {
            using var bitmap = SKBitmap.Decode(files[i], new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque)) ?? throw new InvalidOperationException("Skia did not decode the image");
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
}
