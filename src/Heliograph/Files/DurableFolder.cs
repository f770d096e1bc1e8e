using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Heliograph.Files;

/// <summary>
/// Folders whose entries survive a power cut. A flushed file is on disk, but its name belongs to its folder, which Unix
/// flushes only on request; Windows has no such call, and its file systems need none.
/// </summary>
static partial class DurableFolder
{
    /// <summary>Flushes the entries of a folder to disk: what was created, renamed and deleted in it.</summary>
    /// <exception cref="IOException">They cannot be written.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        // The framework cannot open folders. 0 is O_RDONLY everywhere.
        using var handle = new SafeFileHandle(Open(folder, 0), ownsHandle: true);
        // A folder that may be written but not read cannot be flushed by name.
        if (!handle.IsInvalid)
            RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Creates a folder and any missing folders above it, and flushes their entries to disk.</summary>
    /// <exception cref="IOException">It cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static void Create(string folder)
    {
        string[] missing = [.. Missing(folder)];
        Directory.CreateDirectory(folder);
        foreach (string made in missing)
            Flush(Path.GetDirectoryName(made)!);
    }

    /// <summary>The folder and those above it that do not exist yet, the innermost first.</summary>
    public static IEnumerable<string> Missing(string folder)
    {
        for (string? at = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)); at is not null && !Directory.Exists(at); at = Path.GetDirectoryName(at))
            yield return at;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);
}
