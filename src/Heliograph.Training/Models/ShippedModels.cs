namespace Heliograph.Training.Models;

/// <summary>Backbones that ship, by name: the files of a folder <c>models</c> beside the program, or in the current folder or one above it.</summary>
public static class ShippedModels
{
    const string Folder = "models", Extension = ".safetensors";

    /// <summary>The names, sorted.</summary>
    public static IReadOnlyList<string> Names =>
    [
        .. Places().Where(Directory.Exists).SelectMany(place => Directory.EnumerateFiles(place, "*" + Extension))
            .Select(file => Path.GetFileNameWithoutExtension(file)).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <summary>The file of that name, or null if there is none.</summary>
    public static string? Find(string name) =>
        Names.Contains(name) ? Places().Select(place => Path.Combine(place, name + Extension)).First(File.Exists) : null;

    static IEnumerable<string> Places()
    {
        yield return Path.Combine(AppContext.BaseDirectory, Folder);
        for (var at = new DirectoryInfo(Directory.GetCurrentDirectory()); at is not null; at = at.Parent)
            yield return Path.Combine(at.FullName, Folder);
    }
}
