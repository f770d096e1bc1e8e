using Heliograph.Images;

namespace Heliograph.Device;

/// <summary>Where images come from: a file, a folder, standard input.</summary>
static class Pictures
{
    /// <summary>The images of a source, read one after the other.</summary>
    /// <param name="source">A file, a folder (all images in and below it, by name), or <c>-</c> for standard input.</param>
    /// <param name="raw">Width and height of raw RGB frames on standard input; null for one image file there.</param>
    /// <param name="order">Shuffles a folder's images; null for the order of their names.</param>
    /// <exception cref="UsageException">There is no such source.</exception>
    /// <exception cref="InvalidDataException">An image is damaged, or the input ends within one.</exception>
    public static IEnumerable<Picture> From(string source, (int Width, int Height)? raw, RandomStream? order = null)
    {
        if (raw is { } size && source != "-")
            throw new UsageException("--raw reads standard input: give - as the source");
        if (source == "-")
            return raw is { } frame ? Raw(frame.Width, frame.Height) : Input();
        if (Directory.Exists(source))
            return Folder(source, order);
        return File.Exists(source) ? [Read(source)] : throw new UsageException($"there is no image or folder '{source}'");
    }

    static IEnumerable<Picture> Folder(string folder, RandomStream? order)
    {
        string[] files = [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Where(ImageFile.IsImage).Order(StringComparer.Ordinal)];
        int[] places = [.. Enumerable.Range(0, files.Length)];
        order?.Shuffle(places);
        return files.Length > 0 ? places.Select(place => Read(files[place]) with { Position = place }) : throw new UsageException($"there is no image ({ImageFile.Extensions}) in {folder}");
    }

    static Picture Read(string path) => new(path, ImageFile.Read(path), Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))));

    static IEnumerable<Picture> Input()
    {
        using var input = Console.OpenStandardInput();
        using var bytes = new MemoryStream();
        input.CopyTo(bytes);
        yield return new("-", ImageFile.Decode(bytes.ToArray(), "standard input"), null);
    }

    static IEnumerable<Picture> Raw(int width, int height)
    {
        using var input = Console.OpenStandardInput();
        byte[] pixels = new byte[3 * width * height];
        for (long frame = 0; ; frame++)
        {
            int read = input.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false);
            if (read < pixels.Length)
            {
                if (read > 0 || frame == 0)
                    throw new InvalidDataException($"standard input ended in frame {frame}, after {read} of its {pixels.Length} bytes");
                yield break;
            }
            yield return new($"-:{frame}", new RgbImage(width, height, pixels), null, frame);
        }
    }
}
