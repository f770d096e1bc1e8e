using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Heliograph.Files;

/// <summary>
/// Folders whose entries survive a power cut. A flushed file is on the disk, but the name under which it lies belongs to its folder, which Unix
/// flushes only when it is asked to; Windows has no such call, and its file systems need none.
/// </summary>
static partial class DurableFolder
{
    /// <summary>Puts the entries of a folder on the disk: what was made, renamed and deleted in it.</summary>
    /// <exception cref="IOException">The disk does not take them.</exception>
    public static void Flush(string folder)
    {
        if (OperatingSystem.IsWindows())
            return;
        // The framework opens no folders. 0 is O_RDONLY everywhere.
        using var handle = new SafeFileHandle(Open(folder, 0), ownsHandle: true);
        // One that may be written but not read cannot be flushed by name.
        if (!handle.IsInvalid)
            RandomAccess.FlushToDisk(handle);
    }

    /// <summary>Makes a folder and those above it, as far as they are missing, and puts their entries on the disk.</summary>
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
