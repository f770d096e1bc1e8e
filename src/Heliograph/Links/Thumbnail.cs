namespace Heliograph.Links;

/// <summary>A small picture that a sender attached for people to look at; recognition does not read it.</summary>
/// <param name="Width">Pixels in a row, 1 to 65,535 (a receiver takes fewer, <see cref="AssemblerOptions.MaxThumbnailPixels"/>).</param>
/// <param name="Height">Rows, 1 to 65,535.</param>
/// <param name="Rgb">Height × Width × 3 bytes, row-major.</param>
public sealed record Thumbnail(int Width, int Height, byte[] Rgb);
