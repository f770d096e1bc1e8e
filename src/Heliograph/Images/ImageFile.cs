using StbImageSharp;

namespace Heliograph.Images;

/// <summary>Reads image files: PNG, JPEG, BMP and binary PPM (P6). An alpha channel is ignored; 16-bit channels become 8-bit.</summary>
public static class ImageFile
{
    /// <summary>The longest side, in pixels, of an image that is read.</summary>
    public const int MaximumSide = 16384;

    /// <summary>The most pixels of an image that is read; the header is checked before anything is allocated.</summary>
    public const int MaximumPixels = 128 << 20;

    static readonly string[] Known = [".png", ".jpg", ".jpeg", ".bmp", ".ppm"];

    /// <summary>The extensions of images, for messages: <c>.png, .jpg, .jpeg, .bmp, .ppm</c>.</summary>
    public static string Extensions { get; } = string.Join(", ", Known);

    /// <summary>
    /// True for the name of an image in a folder: with a known extension, in any case, and without a dot at its begin, as hidden files have it
    /// (macOS leaves such beside pictures).
    /// </summary>
    public static bool IsImage(string path) =>
        Path.GetFileName(path) is [not '.', ..] && Known.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads one image.</summary>
    /// <exception cref="InvalidDataException">The file is no image that can be read, or is too large; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static RgbImage Read(string path) => Decode(File.ReadAllBytes(path), path);

    /// <summary>Reads one image from the bytes of a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="InvalidDataException">They are no image that can be read, or it is too large.</exception>
    public static RgbImage Decode(byte[] bytes, string path)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        if (bytes.AsSpan().StartsWith("P6"u8))
            return Ppm.Read(bytes, path);

        (int width, int height) = ReadSize(bytes, path);
        CheckSize(width, height, path);
        try
        {
            using var stream = new WholeFile(bytes);
            ImageResult image = ImageResult.FromStream(stream, ColorComponents.RedGreenBlue);
            return new RgbImage(image.Width, image.Height, image.Data);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The decoder tells damage by whatever its code ran into: its own error, an index or a null.
            throw new InvalidDataException($"{path}: damaged image ({FirstLine(e.Message)}).", e);
        }
    }

    internal static void CheckSize(int width, int height, string path)
    {
        if (width < 1 || height < 1)
            throw new InvalidDataException($"{path}: damaged image (size {width}×{height}).");
        if (width > MaximumSide || height > MaximumSide || (long)width * height > MaximumPixels)
            throw new InvalidDataException(
                $"{path}: the image is too large ({width}×{height}); at most {MaximumSide} a side and {MaximumPixels} pixels are read.");
    }

    static (int Width, int Height) ReadSize(byte[] bytes, string path)
    {
        try
        {
            using var stream = new MemoryStream(bytes, writable: false);
            // The height of a BMP is negative where its rows stand from top to bottom. The least number has no opposite: it stays, and is refused.
            if (ImageInfo.FromStream(stream) is { } info)
                return (info.Width, bytes.AsSpan().StartsWith("BM"u8) && info.Height > int.MinValue ? Math.Abs(info.Height) : info.Height);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new InvalidDataException($"{path}: damaged image ({FirstLine(e.Message)}).", e);
        }
        throw new InvalidDataException($"{path}: not a PNG, JPEG, BMP or PPM (P6) image.");
    }

    static string FirstLine(string message) => message.AsSpan().Trim().ToString().Split('\n')[0];

    /// <summary>Refuses to be read past its end, where the decoder would take zeros for pixels.</summary>
    sealed class WholeFile(byte[] bytes) : MemoryStream(bytes, writable: false)
    {
        public override int ReadByte() => base.ReadByte() is >= 0 and var value ? value : throw Truncated();

        public override int Read(byte[] buffer, int offset, int count) =>
            base.Read(buffer, offset, count) is var read && read == count ? read : throw Truncated();

        static EndOfStreamException Truncated() => new("the file ends too early");
    }
}
