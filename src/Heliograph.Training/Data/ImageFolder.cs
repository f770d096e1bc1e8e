using System.Globalization;
using Heliograph.Files;
using SkiaSharp;

namespace Heliograph.Training.Data;

/// <summary>Writes images of a set as PNG files, in a folder for each class: what a device reads, and what the data set <c>folder</c> reads.</summary>
public static class ImageFolder
{
    /// <summary>Writes <c>CLASS/NUMBER.png</c>, the number being the image's place in the set.</summary>
    /// <param name="set">The images.</param>
    /// <param name="classes">Names of the classes.</param>
    /// <param name="folder">New or empty.</param>
    /// <param name="count">How many from the beginning.</param>
    /// <returns>How many were written.</returns>
    /// <exception cref="UsageException">The folder holds something, or a class's name cannot be a folder's.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static int Write(ImageSet set, IReadOnlyList<string> classes, string folder, int count)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (File.Exists(folder) || Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new UsageException($"{folder} exists and is not empty; give a new folder");
        if (classes.FirstOrDefault(name => name.AsSpan().ContainsAny(Path.GetInvalidFileNameChars()) || name is "." or "..") is { } bad)
            throw new UsageException($"the class name '{bad}' cannot be the name of a folder");
        foreach (string name in classes)
            Directory.CreateDirectory(Path.Combine(folder, name));
        count = Math.Min(count, set.Count);
        for (int i = 0; i < count; i++)
        {
            byte[] png = Png(set, i);
            AtomicFile.Write(Path.Combine(folder, classes[set.Labels[i]], i.ToString("D5", CultureInfo.InvariantCulture) + ".png"), stream => stream.Write(png));
        }
        return count;
    }

    /// <summary>One image of a set as a PNG file: 8-bit RGB, zlib level 6, for each row whichever of PNG's filters libpng prefers.</summary>
    public static byte[] Png(ImageSet set, int index) => Encode(set, index, pixels => pixels.Encode(new SKPngEncoderOptions(SKPngEncoderFilterFlags.AllFilters, zLibLevel: 6)));

    /// <summary>One image of a set as a file, by one of Skia's encoders.</summary>
    public static byte[] Encode(ImageSet set, int index, Func<SKPixmap, SKData?> encode)
    {
        ArgumentNullException.ThrowIfNull(set);
        ArgumentNullException.ThrowIfNull(encode);
        var (_, height, width) = set.Shape;
        var planes = set.Image(index);
        using var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
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
}
