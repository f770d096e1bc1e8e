using System.Globalization;
using Heliograph.Files;

namespace Heliograph.Device;

/// <summary>The true classes of the images, where the sender knows them.</summary>
sealed class Labels
{
    // Of a file of labels: a million and more.
    const int MostBytes = 64 << 20;

    readonly string? path;
    readonly int[]? lines;
    readonly Dictionary<string, int>? folders;

    Labels(string? path = null, int[]? lines = null, Dictionary<string, int>? folders = null) => (this.path, this.lines, this.folders) = (path, lines, folders);

    /// <summary>Labels from <c>--labels</c>: all class names, or all indices.</summary>
    /// <param name="text">Null for none, <c>folders</c> for the name of each image's folder, else a file with a class a line.</param>
    /// <param name="classes">The pair's classes.</param>
    /// <param name="indices">True if the labels are declared to be indices.</param>
    /// <param name="pictures">The images.</param>
    /// <exception cref="UsageException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The labels are not classes of the pair, or too few.</exception>
    public static Labels From(string? text, IReadOnlyList<string> classes, bool indices, Pictures pictures)
    {
        if (indices && text is null)
            throw new UsageException("--label-indices says how to read labels: give them with --labels");
        return text switch
        {
            null => new(),
            "folders" => OfFolders(classes, indices, pictures),
            _ => OfFile(text, classes, indices, pictures),
        };
    }

    /// <summary>The class of a picture, or null if unknown.</summary>
    /// <param name="picture">The picture.</param>
    /// <exception cref="InvalidDataException">There are fewer labels than pictures.</exception>
    public int? Of(Picture picture) =>
        folders is not null ? folders[picture.Folder!]
        : lines is null ? null
        : picture.Position < lines.Length ? lines[picture.Position]
        : throw new InvalidDataException($"{path} has {lines.Length} lines, too few for image {picture.Position + 1}");

    static Labels OfFolders(IReadOnlyList<string> classes, bool indices, Pictures pictures)
    {
        if (pictures.Files is not { } files)
            throw new UsageException("--labels folders: images from standard input are in no folder");
        var first = files.DistinctBy(picture => picture.Folder).ToArray();
        int[] labels = Resolve([.. first.Select(picture => picture.Folder!)], i => $"{first[i].Source}: its folder", classes, indices);
        return new(folders: first.Zip(labels).ToDictionary(pair => pair.First.Folder!, pair => pair.Second, StringComparer.Ordinal));
    }

    static Labels OfFile(string path, IReadOnlyList<string> classes, bool indices, Pictures pictures)
    {
        if (!File.Exists(path))
            throw new UsageException($"--labels: 'folders' or a file, and there is no file '{path}'{FileNames.WhyMissing(path)}");
        string[] names = [.. BoundedFile.ReadAllLines(path, MostBytes).Select(line => line.Trim())];
        names = names[..(Array.FindLastIndex(names, name => name.Length > 0) + 1)];
        int[] labels = Resolve(names, i => $"{path}, line {i + 1}:", classes, indices);
        if (pictures.Files is { } files && names.Length < files.Count)
            throw new InvalidDataException($"{path} has {names.Length} lines, too few for {files.Count} images");
        return new(path, labels);
    }

    /// <summary>The indices of the classes. If a class has a number for a name, numbers are names unless declared otherwise.</summary>
    static int[] Resolve(string[] names, Func<int, string> where, IReadOnlyList<string> classes, bool indices)
    {
        var known = classes.Select((name, index) => (Name: FileNames.Compose(name), Index: index)).DistinctBy(c => c.Name).ToDictionary(c => c.Name, c => c.Index, StringComparer.Ordinal);
        int? noName = First(name => !known.ContainsKey(FileNames.Compose(name))), noIndex = First(name => Index(name) is null);
        if (indices)
            return noIndex is { } i ? throw Bad(i, $"is not an index of a class, 0 to {classes.Count - 1}") : [.. names.Select(name => Index(name)!.Value)];
        if (noName is not { } at)
            return [.. names.Select(name => known[FileNames.Compose(name)])];
        if (noIndex is null && classes.FirstOrDefault(IsNumber) is { } number)
            throw Bad(at, $"is not a class of the pair, which has a class named '{number}'; with --label-indices numbers are positions in the list of classes, from 0");
        if (noIndex is null)
            return [.. names.Select(name => Index(name)!.Value)];
        if (at > 0)
            throw Bad(at, "is not a class of the pair; labels must be all class names or all indices");
        throw noIndex > 0 ? Bad(noIndex.Value, "is not an index like the labels before it; labels must be all class names or all indices") : Bad(at, "is not a class of the pair");

        int? First(Predicate<string> isBad) => Array.FindIndex(names, isBad) is >= 0 and var i ? i : null;

        int? Index(string name) => IsNumber(name) && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int index) && index < classes.Count ? index : null;

        InvalidDataException Bad(int i, string what) => new($"{where(i)} '{names[i]}' {what}");
    }

    static bool IsNumber(string name) => name.Length > 0 && name.All(char.IsAsciiDigit);
}
