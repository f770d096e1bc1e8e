using Heliograph.Files;
using Heliograph.Images;
using Heliograph.Statistics;

namespace Heliograph.Device;

/// <summary>Where images come from: a file, a folder, standard input.</summary>
sealed class Pictures
{
    readonly Func<IEnumerable<Picture>>? input;

    Pictures(IReadOnlyList<Picture> files, bool isFolder, LeftOut leftOut) => (Files, IsFolder, LeftOut) = (files, isFolder, leftOut);

    Pictures(Func<IEnumerable<Picture>> input) => (LeftOut, this.input) = (new(), input);

    /// <summary>The files, or null for standard input, of which nothing is known before it is read.</summary>
    public IReadOnlyList<Picture>? Files { get; }

    /// <summary>True for a folder, whose other pictures can be sent if one cannot be read.</summary>
    public bool IsFolder { get; }

    /// <summary>What else is in the folder.</summary>
    public LeftOut LeftOut { get; }

    /// <summary>The images, one after another.</summary>
    /// <param name="order">Shuffles files; null for the order of their names.</param>
    /// <exception cref="InvalidDataException">Standard input ends within an image.</exception>
    public IEnumerable<Picture> All(RandomStream? order)
    {
        if (Files is null)
            return input!();
        int[] places = [.. Enumerable.Range(0, Files.Count)];
        order?.Shuffle(places);
        return places.Select(place => Files[place]);
    }

    /// <summary>Looks for the images of a source.</summary>
    /// <param name="source">A file, a folder (all images in and below it, by name), or <c>-</c> for standard input.</param>
    /// <param name="raw">Size of raw RGB images on standard input; null for one image file there.</param>
    /// <exception cref="UsageException">There is no such source.</exception>
    public static Pictures From(string source, ImageSize? raw)
    {
        if (raw is not null && source != "-")
            throw new UsageException("--rgb reads standard input: give - as the image");
        if (source == "-")
            return new(raw is { } size ? () => Raw(size) : Input);
        if (Directory.Exists(source))
            return Folder(source);
        return File.Exists(source) ? new([Picture.Of(source, 0)], false, new())
            : throw new UsageException($"there is no image or folder '{source}'{FileNames.WhyMissing(source)}");
    }

    static Pictures Folder(string folder)
    {
        var (paths, leftOut) = ImageFiles.In(folder);
        return paths.Count > 0 ? new([.. paths.Select(Picture.Of)], true, leftOut)
            : throw new UsageException($"there is no image ({ImageFile.Extensions}) in {folder}" + (leftOut.Kinds.Count > 0 ? $", only {leftOut}" : ""));
    }

    static IEnumerable<Picture> Input()
    {
        using var input = Console.OpenStandardInput();
        var image = ImageFile.Read(input, "standard input");
        yield return new("-", 0, null, () => image);
    }

    static IEnumerable<Picture> Raw(ImageSize size)
    {
        using var input = Console.OpenStandardInput();
        byte[] pixels = new byte[3 * size.Height * size.Width];
        for (long frame = 0; ; frame++)
        {
            int read = input.ReadAtLeast(pixels, pixels.Length, throwOnEndOfStream: false);
            if (read < pixels.Length)
            {
                if (read > 0 || frame == 0)
                    throw new InvalidDataException($"standard input ended in frame {frame}, after {read} of its {pixels.Length} bytes");
                yield break;
            }
            yield return new($"-:{frame}", frame, null, () => new(size.Width, size.Height, pixels));
        }
    }
}
