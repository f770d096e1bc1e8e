using System.Collections.Immutable;
using System.Reflection;
using Heliograph.Experiments.Binding;
using Heliograph.Files;
using Heliograph.Wording;

namespace Heliograph.Experiments;

/// <summary>Finds experiments: YAML files, and those that are built into the program.</summary>
public static class ExperimentFiles
{
    const string Folder = "experiments/";
    const string Extension = ".yaml";
    /// <summary>The longest experiment that is read, in bytes.</summary>
    public const int MaximumBytes = 1 << 20;

    static readonly Assembly Assembly = typeof(ExperimentFiles).Assembly;

    static readonly ImmutableSortedDictionary<string, string> Resources = Assembly.GetManifestResourceNames()
        .Select(resource => (Name: resource.Replace('\\', '/'), Resource: resource))
        .Where(r => r.Name.StartsWith(Folder, StringComparison.Ordinal) && r.Name.EndsWith(Extension, StringComparison.Ordinal))
        .ToImmutableSortedDictionary(r => r.Name[Folder.Length..^Extension.Length], r => r.Resource, StringComparer.Ordinal);

    /// <summary>The names of the built-in experiments, sorted: <c>quickstart</c>, <c>paper/backbone</c>, …</summary>
    public static ImmutableArray<string> BuiltIn { get; } = [.. Resources.Keys];

    /// <summary>Finds an experiment by the name of a built-in one, or by the path of a file.</summary>
    /// <returns>A short name, the YAML text, and what messages should call the file.</returns>
    /// <exception cref="UsageException">There is neither; the message names the nearest built-in experiment and lists all.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static (string Name, string Yaml, string Source) Resolve(string nameOrPath)
    {
        ArgumentNullException.ThrowIfNull(nameOrPath);
        if (Resources.TryGetValue(nameOrPath, out string? resource))
        {
            using var reader = new StreamReader(Assembly.GetManifestResourceStream(resource)!);
            return (nameOrPath, reader.ReadToEnd(), nameOrPath + Extension);
        }
        if (!File.Exists(nameOrPath))
            throw new UsageException($"no experiment '{OneLine.Of(nameOrPath)}': neither a file nor built in; {Hint(nameOrPath)}");
        return (Path.GetFileNameWithoutExtension(nameOrPath), ReadText(nameOrPath), nameOrPath);
    }

    /// <summary>The YAML text of a file.</summary>
    /// <exception cref="UsageException">It is too long to be an experiment.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read.</exception>
    public static string ReadText(string path)
    {
        try
        {
            return BoundedFile.ReadAllText(path, MaximumBytes);
        }
        catch (InvalidDataException e)
        {
            throw new UsageException($"{path} is not an experiment: it has more than {MaximumBytes} bytes", e);
        }
    }

    static string Hint(string name)
    {
        string known = $"built in are {string.Join(", ", BuiltIn)}";
        return Nearest.To(name, BuiltIn) is { } near ? $"did you mean {near}? ({known})" : known;
    }
}
