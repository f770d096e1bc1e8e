using Heliograph.Images;

namespace Heliograph.Device;

/// <summary>One image to send.</summary>
/// <param name="Source">Where it comes from, for people.</param>
/// <param name="Image">Its pixels.</param>
/// <param name="Folder">Name of the folder that it lies in; null when it is no file.</param>
/// <param name="Position">Its place in the source, from 0, in whatever order they are sent.</param>
sealed record Picture(string Source, RgbImage Image, string? Folder, long Position = 0);
