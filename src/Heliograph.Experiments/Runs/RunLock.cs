namespace Heliograph.Experiments.Runs;

/// <summary>The file <c>lock</c> of a run folder, empty and held open: while one program has it, no other works there.</summary>
sealed class RunLock : IDisposable
{
    const string FileName = "lock";

    // How the system says that another program has locked the file: ERROR_SHARING_VIOLATION, or EWOULDBLOCK, which is another number on other Unixes.
    static readonly int Taken = OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsLinux() ? 11 : 35;

    readonly FileStream file;

    RunLock(FileStream file) => this.file = file;

    /// <summary>Locks a folder.</summary>
    /// <exception cref="FolderInUseException">Another program works in it.</exception>
    /// <exception cref="IOException">The file cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be made.</exception>
    public static RunLock Take(string folder)
    {
        try
        {
            return new(new FileStream(Path.Combine(folder, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e.HResult == Taken)
        {
            throw new FolderInUseException(folder, e);
        }
    }

    /// <summary>True for such a file, as a program that was killed leaves it.</summary>
    public static bool Is(string path) => Path.GetFileName(path) == FileName && new FileInfo(path) is { Exists: true, Length: 0 };

    /// <summary>Deletes the file of a folder that holds no run.</summary>
    public static void Delete(string folder) => File.Delete(Path.Combine(folder, FileName));

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();
}
