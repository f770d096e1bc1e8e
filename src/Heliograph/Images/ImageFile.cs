using Heliograph.Files;

namespace Heliograph.Images;

/// <summary>
/// Reads image files: PNG, JPEG, WebP, BMP and binary PPM (P6), nothing else. Images are rotated according to their EXIF orientation; an alpha
/// channel is ignored; 16-bit channels become 8-bit. Training and the device both read images here, so a picture has the same pixels in both.
/// <para>
/// All decoding goes through <see cref="Decode"/>, which bounds what a file can make it do: its bytes, its sides and pixels, the memory (before
/// anything is allocated) and with them the time.
/// </para>
/// </summary>
public static class ImageFile
{
    /// <summary>The maximum size of a file, in bytes.</summary>
    public const int MaximumBytes = 256 << 20;

    /// <summary>The longest permitted side of an image, in pixels.</summary>
    public const int MaximumSide = 16384;

    /// <summary>The maximum number of pixels of an image.</summary>
    public const int MaximumPixels = 64 << 20;

    /// <summary>The maximum memory, in bytes, for decoding one image, besides the file's own bytes.</summary>
    public const int MaximumMemory = 512 << 20;

    // Images that take more are decoded one at a time, however many threads read.
    const int LargeMemory = 64 << 20;

    static readonly Lock large = new();

    static readonly ImageFormat[] formats =
    [
        new("PNG", [".png"], Png.Begins, Png.ReadHeader, Png.ReadPixels),
        new("JPEG", [".jpg", ".jpeg", ".jfif"], Jpeg.Begins, Jpeg.ReadHeader, Stb.ReadPixels),
        new("WebP", [".webp"], WebP.Begins, WebP.ReadHeader, WebP.ReadPixels),
        new("BMP", [".bmp"], Bmp.Begins, Bmp.ReadHeader, Stb.ReadPixels),
        new("PPM (P6)", [".ppm"], Ppm.Begins, Ppm.ReadHeader, Ppm.ReadPixels),
    ];

    static readonly string[] known = [.. formats.SelectMany(format => format.Extensions)];
    static readonly string names = string.Join(", ", formats.SkipLast(1).Select(format => format.Name)) + $" or {formats[^1].Name}";

    /// <summary>The extensions of images, for messages: <c>.png, .jpg, …</c>.</summary>
    public static string Extensions { get; } = string.Join(", ", known);

    /// <summary>
    /// True for the name of an image in a folder: with a known extension, in any case, and without a dot at the start, which marks hidden files
    /// (macOS leaves these beside pictures).
    /// </summary>
    public static bool IsImage(string path) =>
        Path.GetFileName(path) is [not '.', ..] && known.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads one image.</summary>
    /// <exception cref="InvalidDataException">The file is not a readable image, or is too large; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static RgbImage Read(string path)
    {
        long length;
        try
        {
            // Checked before opening, since opening a pipe waits for its other end. The length of a pipe or a device is 0.
            length = FileNames.Target(path).Length;
        }
        catch (FileNotFoundException e)
        {
            throw new FileNotFoundException($"{path}: there is no such file{FileNames.WhyMissing(path)}", path, e);
        }
        if (length == 0)
            throw new InvalidDataException($"{path}: empty, or not a regular file; not a {names} image.");
        CheckBytes(length, path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        byte[] bytes = new byte[length];
        // A file that is being written can have changed its length.
        int read = file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        return Decode(read == bytes.Length ? bytes : bytes[..read], path);
    }

    /// <summary>Reads one image from a stream, to its end.</summary>
    /// <param name="stream">Holds one whole file.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="InvalidDataException">It is not a readable image, or is too large.</exception>
    public static RgbImage Read(Stream stream, string path)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[81920];
        for (int read; (read = stream.Read(buffer)) > 0;)
        {
            bytes.Write(buffer, 0, read);
            CheckBytes(bytes.Length, path);
        }
        return Decode(bytes.ToArray(), path);
    }

    /// <summary>Reads one image from the bytes of a file.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="path">What messages call it.</param>
    /// <exception cref="InvalidDataException">They are not a readable image, or it is too large.</exception>
    public static RgbImage Decode(byte[] bytes, string path)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        CheckBytes(bytes.Length, path);
        try
        {
            ImageFormat format = formats.FirstOrDefault(format => format.Begins(bytes))
                ?? throw new InvalidDataException(UnreadFormats.NameOf(bytes) is { } other ? $"{other}, not a {names} image." : $"not a {names} image.");
            ImageHeader header = format.ReadHeader(bytes);
            Check(header, format, bytes.Length);
            if (header.Memory <= LargeMemory)
                return Pixels(bytes, header, format);
            lock (large)
                return Pixels(bytes, header, format);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>What formats throw for a file that breaks their rules.</summary>
    internal static InvalidDataException Damaged(string how, Exception? cause = null) => new($"damaged image ({how}).", cause);

    /// <summary>What formats throw for a file that ends before what its header promises.</summary>
    internal static InvalidDataException EndsTooEarly() => Damaged("the file ends too early");

    /// <summary>What a decoder's exception says, for <see cref="Damaged"/>.</summary>
    internal static string FirstLine(Exception error) => error.Message.Trim().Split('\n')[0].TrimEnd('.', '\r');

    static RgbImage Pixels(byte[] bytes, ImageHeader header, ImageFormat format) =>
        Orientation.Turn(new RgbImage(header.Width, header.Height, format.ReadPixels(bytes, header)), header.Orientation);

    static void CheckBytes(long length, string path)
    {
        if (length > MaximumBytes)
            throw new InvalidDataException($"{path}: the file is too large ({length >> 20} MiB); the maximum is {MaximumBytes >> 20} MiB.");
    }

    static void Check(ImageHeader header, ImageFormat format, int length)
    {
        var (width, height) = (header.Width, header.Height);
        if (width < 1 || height < 1)
            throw Damaged($"size {width}×{height}");
        if (width > MaximumSide || height > MaximumSide || header.Pixels > MaximumPixels)
            throw new InvalidDataException($"the image is too large ({width}×{height}); the maximum is {MaximumSide} a side and {MaximumPixels} pixels.");
        if (header.LeastBytes > length)
            throw EndsTooEarly();
        if (header.Memory > MaximumMemory)
            throw new InvalidDataException(
                $"the image is too large ({width}×{height}); decoding such a {format.Name} takes {header.Memory >> 20} MiB, and the maximum is {MaximumMemory >> 20}.");
    }
}
