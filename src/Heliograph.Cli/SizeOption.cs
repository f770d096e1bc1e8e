using System.Globalization;

namespace Heliograph.Cli;

/// <summary>The size of images as <c>--size</c> has it.</summary>
static class ImageSize
{
    /// <summary>Reads N or HEIGHTxWIDTH, in pixels.</summary>
    /// <param name="text">Such a text.</param>
    /// <param name="smallest">The shortest side.</param>
    /// <param name="largest">The longest side.</param>
    /// <exception cref="UsageException">It is neither, or out of that range.</exception>
    public static (int Height, int Width) Parse(string text, int smallest, int largest)
    {
        string[] parts = text.Split('x');
        if (parts.Length is 1 or 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int height)
            && int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int width)
            && height >= smallest && height <= largest && width >= smallest && width <= largest)
            return (height, width);
        throw new UsageException($"--size: a number of pixels such as 32, or HEIGHTxWIDTH such as 48x64, from {smallest} to {largest}; not '{text}'");
    }
}
