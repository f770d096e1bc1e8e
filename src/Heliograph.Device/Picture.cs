using Heliograph.Images;

namespace Heliograph.Device;

/// <summary>One image to send.</summary>
/// <param name="Source">Where it comes from, for people.</param>
/// <param name="Position">Its place in the source, from 0, in whatever order they are sent.</param>
/// <param name="Folder">Name of its folder; null if it is not a file.</param>
/// <param name="Read">Gives its pixels; throws what <see cref="ImageFile.Read(string)"/> throws.</param>
sealed record Picture(string Source, long Position, string? Folder, Func<RgbImage> Read)
{
    /// <summary>An image file.</summary>
    public static Picture Of(string path, int position) => new(path, position, Path.GetFileName(Path.GetDirectoryName(Path.GetFullPath(path))), () => ImageFile.Read(path));
}
