using System.Globalization;
using Heliograph.Experiments.Data;

namespace Heliograph.Cli;

/// <summary>The size of images as <c>--size</c> has it.</summary>
static class SizeOption
{
    /// <summary>Reads a size.</summary>
    /// <param name="text">What was typed.</param>
    /// <param name="smallest">The shortest side.</param>
    /// <param name="largest">The longest side.</param>
    /// <exception cref="UsageException">It is none, or out of that range.</exception>
    public static ImageSize Parse(string text, int smallest, int largest) =>
        ImageSize.TryParse(text, CultureInfo.InvariantCulture, out var size) && size.IsWithin(smallest, largest) ? size
            : throw new UsageException($"--size: {ImageSize.Forms}, from {smallest} to {largest}; not '{text}'");
}
