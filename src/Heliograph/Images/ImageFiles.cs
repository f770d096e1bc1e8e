using Heliograph.Files;

namespace Heliograph.Images;

/// <summary>The image files in and below a folder (<see cref="FileTree"/>), and what else is there.</summary>
/// <param name="Paths">Images, in ordinal order of their paths.</param>
/// <param name="LeftOut">Files whose names are not those of images, and broken links. Hidden files, whose names start with a dot, are not counted.</param>
public sealed record ImageFiles(ValueList<string> Paths, LeftOut LeftOut)
{
    /// <summary>Looks into a folder.</summary>
    /// <inheritdoc cref="FileTree.Of" path="/exception"/>
    public static ImageFiles In(string folder)
    {
        var tree = FileTree.Of(folder);
        var leftOut = new LeftOut();
        foreach (string path in tree.Files.Where(path => !ImageFile.IsImage(path) && Path.GetFileName(path)[0] != '.'))
            leftOut.Add(Path.GetExtension(path).ToLowerInvariant() is { Length: > 0 } extension ? extension : "without extension");
        foreach (string _ in tree.BrokenLinks)
            leftOut.Add("broken link");
        return new([.. tree.Files.Where(ImageFile.IsImage)], leftOut);
    }
}
