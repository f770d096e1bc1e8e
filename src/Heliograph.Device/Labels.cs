using System.Globalization;

namespace Heliograph.Device;

/// <summary>The true classes of the images, where the sender knows them.</summary>
sealed class Labels
{
    readonly IReadOnlyList<string> classes;
    readonly string? path;
    readonly string[]? lines;

    Labels(IReadOnlyList<string> classes, string? path, string[]? lines) => (this.classes, this.path, this.lines) = (classes, path, lines);

    /// <summary>Labels as <c>--labels</c> says.</summary>
    /// <param name="text">Null for none, <c>folders</c> for the name of each image's folder, else a file with a class a line.</param>
    /// <param name="classes">The pair's classes.</param>
    public static Labels From(string? text, IReadOnlyList<string> classes) => text switch
    {
        null => new(classes, null, null),
        "folders" => new(classes, text, null),
        _ => new(classes, text, File.Exists(text) ? File.ReadAllLines(text) : throw new UsageException($"--labels: 'folders' or a file, and there is no file '{text}'")),
    };

    /// <summary>The class of a picture, or null where none is known.</summary>
    /// <param name="picture">The picture.</param>
    /// <exception cref="InvalidDataException">What should name its class is no class of the pair.</exception>
    public int? Of(Picture picture)
    {
        if (path is null)
            return null;
        if (lines is null)
            return IndexOf(picture.Folder) ?? throw new InvalidDataException($"{picture.Source}: its folder '{picture.Folder}' is no class of the pair");
        long position = picture.Position;
        if (position >= lines.Length)
            throw new InvalidDataException($"{path} has {lines.Length} lines, too few for image {position + 1}");
        return IndexOf(lines[position].Trim()) ?? throw new InvalidDataException($"{path}, line {position + 1}: '{lines[position]}' is no class of the pair");
    }

    int? IndexOf(string? name)
    {
        for (int i = 0; i < classes.Count; i++)
        {
            if (classes[i] == name)
                return i;
        }
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < classes.Count ? index : null;
    }
}
