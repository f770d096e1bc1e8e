using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Heliograph.Images;

/// <summary>
/// Height and width of images in pixels, in the order of shapes. Written <c>64</c> for a square, <c>48x64</c> or <c>[48, 64]</c>, wherever a size is given:
/// by options of the programs and in experiments.
/// </summary>
/// <param name="Height">At least 1.</param>
/// <param name="Width">At least 1.</param>
public readonly record struct ImageSize(int Height, int Width) : IParsable<ImageSize>
{
    /// <summary>How a size may be written.</summary>
    public const string Forms = "a number of pixels such as 32, or HEIGHTxWIDTH such as 48x64";

    /// <summary>True if neither side is shorter or longer than these.</summary>
    public bool IsWithin(int smallest, int largest) => Height >= smallest && Height <= largest && Width >= smallest && Width <= largest;

    /// <summary>Reads a command line's size.</summary>
    /// <param name="option">Its name, with two dashes.</param>
    /// <param name="text">What was typed.</param>
    /// <param name="smallest">The shortest side.</param>
    /// <param name="largest">The longest side.</param>
    /// <exception cref="UsageException">It is not a size, or is out of that range.</exception>
    public static ImageSize OfOption(string option, string text, int smallest, int largest) =>
        TryParse(text, CultureInfo.InvariantCulture, out var size) && size.IsWithin(smallest, largest) ? size
            : throw new UsageException($"{option}: {Forms}, from {smallest} to {largest}; not '{text}'");

    /// <inheritdoc/>
    public static ImageSize Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var size) ? size : throw new FormatException($"{Forms}; not '{s}'");

    /// <inheritdoc/>
    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ImageSize result)
    {
        result = default;
        string[] sides = (s ?? "").Trim().TrimStart('[').TrimEnd(']').Split('x', ',');
        if (sides.Length > 2 || !Side(sides[0], out int height) || !Side(sides[^1], out int width))
            return false;
        result = new(height, width);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"[{Height}, {Width}]");

    static bool Side(string text, out int pixels) => int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out pixels) && pixels > 0;
}
