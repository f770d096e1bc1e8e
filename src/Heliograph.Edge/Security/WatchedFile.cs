using Heliograph.Files;
using Microsoft.Extensions.Logging;

namespace Heliograph.Edge.Security;

/// <summary>A file that controls access, read again when it has changed: a key that is removed from it stops working.</summary>
interface IWatchedFile
{
    /// <summary>Checks whether the file has changed, and reads it. If it cannot be read, nothing changes, which is reported once; the next look tries again.</summary>
    void Look(ILogger log);
}

/// <inheritdoc/>
sealed partial class WatchedFile<T> : IWatchedFile where T : class
{
    readonly string path;
    readonly Func<string, T> read;
    volatile T current;
    (DateTime Written, long Length, UnixFileMode Mode) seen;
    (DateTime Written, long Length, UnixFileMode Mode)? reported;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="read">Reads it; throws <see cref="InvalidDataException"/> or <see cref="IOException"/> if it cannot.</param>
    public WatchedFile(string path, Func<string, T> read)
    {
        (this.path, this.read) = (path, read);
        // Its state first, then its content: a change in between is seen at the next look.
        seen = State();
        current = read(path);
    }

    /// <summary>The content of the file.</summary>
    public T Current => current;

    /// <summary>Called when the content has changed.</summary>
    public event Action? Changed;

    public void Look(ILogger log)
    {
        (DateTime, long, UnixFileMode) now = default;
        try
        {
            now = State();
            if (now == seen)
                return;
            current = read(path);
            // Only now: an error may pass, and then the file has the state that it had.
            (seen, reported) = (now, null);
            Read(log, path);
            Changed?.Invoke();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            if (reported == now)
                return;
            reported = now;
            Unreadable(log, path, e.Message);
        }
    }

    // Of the file that a link leads to: mounted secrets are changed by replacing the link.
    (DateTime, long, UnixFileMode) State()
    {
        var file = FileNames.Target(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length, OperatingSystem.IsWindows() ? default : file.UnixFileMode) : default;
    }

    [LoggerMessage(EventId = 30, Level = LogLevel.Information, Message = "{File} has changed and was read again")]
    static partial void Read(ILogger log, string file);

    [LoggerMessage(EventId = 31, Level = LogLevel.Error, Message = "{File} has changed but cannot be used; its earlier content stays in force: {Why}")]
    static partial void Unreadable(ILogger log, string file, string why);
}
