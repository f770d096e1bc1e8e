namespace Heliograph.Images;

/// <summary>An image in memory: 8 bits per channel, red, green and blue interleaved, rows from top to bottom.</summary>
public sealed class RgbImage
{
    /// <summary>Wraps the pixels of an image; the array is not copied.</summary>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="pixels">width · height · 3 bytes: R, G, B, R, G, B, …</param>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    /// <exception cref="ArgumentException">The array's length does not fit the size.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentNullException.ThrowIfNull(pixels);
        if (pixels.Length != 3L * width * height)
            throw new ArgumentException($"{width}×{height} RGB pixels are {3L * width * height} bytes, not {pixels.Length}.", nameof(pixels));
        Width = width;
        Height = height;
        Pixels = pixels;
    }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Number of rows.</summary>
    public int Height { get; }

    /// <summary>Height × width × 3 bytes, interleaved.</summary>
    public byte[] Pixels { get; }

    /// <summary>The rectangle whose top left pixel is (<paramref name="x"/>, <paramref name="y"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The rectangle does not lie inside the image.</exception>
    public RgbImage Crop(int x, int y, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(x);
        ArgumentOutOfRangeException.ThrowIfNegative(y);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(width, Width - x);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(height, Height - y);
        var cropped = new RgbImage(width, height, new byte[3 * width * height]);
        for (int row = 0; row < height; row++)
            Pixels.AsSpan(3 * ((y + row) * Width + x), 3 * width).CopyTo(cropped.Pixels.AsSpan(3 * row * width));
        return cropped;
    }

    /// <summary>Stretches the image to another size; see <see cref="Resizer"/> for the rule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    public RgbImage Resize(int width, int height)
    {
        if (width == Width && height == Height)
            return this;
        var resized = new byte[3 * width * height];
        new Resizer(Width, Height, width, height).Resize(Pixels, resized);
        return new RgbImage(width, height, resized);
    }

    /// <summary>
    /// Resizes the image without distortion: the largest centred rectangle of the target's aspect ratio is cut out, then
    /// resized. This is how every image file becomes a network's input, in training and on the device.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    public RgbImage Fit(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        int cropWidth = (int)Math.Clamp(((long)Height * width + height / 2) / height, 1, Width);
        int cropHeight = (int)Math.Clamp(((long)Width * height + width / 2) / width, 1, Height);
        RgbImage cropped = cropWidth == Width && cropHeight == Height
            ? this
            : Crop((Width - cropWidth) / 2, (Height - cropHeight) / 2, cropWidth, cropHeight);
        return cropped.Resize(width, height);
    }

    /// <summary>Writes the image as planes: all of red, then green, then blue (channels × height × width).</summary>
    /// <param name="planes">3 · height · width bytes.</param>
    /// <exception cref="ArgumentException"><paramref name="planes"/> has another length.</exception>
    public void ToPlanes(Span<byte> planes)
    {
        if (planes.Length != Pixels.Length)
            throw new ArgumentException($"The planes need {Pixels.Length} bytes, not {planes.Length}.", nameof(planes));
        int area = Width * Height;
        Span<byte> red = planes[..area], green = planes.Slice(area, area), blue = planes.Slice(2 * area, area);
        ReadOnlySpan<byte> pixels = Pixels;
        for (int i = 0; i < area; i++)
        {
            red[i] = pixels[3 * i];
            green[i] = pixels[3 * i + 1];
            blue[i] = pixels[3 * i + 2];
        }
    }
}
