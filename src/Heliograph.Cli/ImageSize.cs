using System.Globalization;

namespace Heliograph.Cli;

/// <summary>The size of images as <c>--size</c> has it.</summary>
static class ImageSize
{
    /// <summary>Reads N or HEIGHTxWIDTH, in pixels.</summary>
    /// <exception cref="UsageException">It is neither.</exception>
    public static (int Height, int Width) Parse(string text)
    {
        string[] parts = text.Split('x');
        if (parts.Length is 1 or 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int height)
            && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int width)
            && height is > 0 and <= 4096 && width is > 0 and <= 4096)
            return (height, width);
        throw new UsageException($"--size: a number of pixels such as 32, or HEIGHTxWIDTH such as 48x64, up to 4096; not '{text}'");
    }
}
