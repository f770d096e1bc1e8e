namespace Heliograph.Files;

/// <summary>
/// The files in and below a folder. Links are followed, and each real file appears once, under its own name if that is below the folder.
/// A link to a folder above itself is not followed: it would make a circle, or add files that were not asked for.
/// </summary>
sealed class FileTree
{
    readonly HashSet<string> seen = new(StringComparer.Ordinal);
    readonly List<string> files = [], broken = [];
    readonly List<(FileSystemInfo Link, string Folder)> links = [];

    FileTree(string folder)
    {
        Enter(folder, RealPath(folder));
        // Real files come first; links may lead to more links.
        for (int i = 0; i < links.Count; i++)
            Follow(links[i].Link, links[i].Folder);
        files.Sort(StringComparer.Ordinal);
        broken.Sort(StringComparer.Ordinal);
    }

    /// <summary>Paths of the files, below the folder as it was given, in ordinal order.</summary>
    public IReadOnlyList<string> Files => files;

    /// <summary>Broken links.</summary>
    public IReadOnlyList<string> BrokenLinks => broken;

    /// <summary>Walks a folder.</summary>
    /// <exception cref="IOException">It does not exist, or a folder in it cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A folder may not be read.</exception>
    public static FileTree Of(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return new(folder);
    }

    /// <summary>True for a link to a folder above itself.</summary>
    public static bool LeadsUp(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        return Path.GetDirectoryName(full) is { } parent && Directory.Exists(full) && Holds(RealPath(full), RealPath(parent));
    }

    void Enter(string folder, string real)
    {
        if (!seen.Add(real))
            return;
        if (FileNames.IsUnreadable(folder))
            throw new IOException($"{folder}: the folder cannot be opened{FileNames.WhyMissing(folder)}");
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
        {
            string path = Path.Combine(folder, entry.Name), itself = Path.Combine(real, entry.Name);
            if (entry.LinkTarget is not null)
                links.Add((entry is DirectoryInfo ? new DirectoryInfo(path) : new FileInfo(path), real));
            else if (entry is DirectoryInfo)
                Enter(path, itself);
            else if (seen.Add(itself))
                files.Add(path);
        }
    }

    void Follow(FileSystemInfo link, string folder)
    {
        string path = link.ToString();
        if (IsBroken(link))
        {
            broken.Add(path);
            return;
        }
        string real = RealPath(path);
        if (link is FileInfo)
        {
            if (seen.Add(real))
                files.Add(path);
        }
        else if (!Holds(real, folder))
            Enter(path, real);
    }

    /// <summary>True for a broken link or a circle of links.</summary>
    internal static bool IsBroken(FileSystemInfo link)
    {
        try
        {
            return link.ResolveLinkTarget(returnFinalTarget: true) is { Exists: false };
        }
        catch (IOException)
        {
            return true;
        }
    }

    static bool Holds(string folder, string path) =>
        path == folder || path.StartsWith(Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    /// <summary>The path without links; what does not exist stays as it is.</summary>
    static string RealPath(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(full) is not { } parent)
            return full;
        string real = Path.Combine(RealPath(parent), Path.GetFileName(full));
        FileSystemInfo info = Directory.Exists(real) ? new DirectoryInfo(real) : new FileInfo(real);
        return info.LinkTarget is null ? real : RealPath(info.ResolveLinkTarget(returnFinalTarget: true)!.FullName);
    }
}
