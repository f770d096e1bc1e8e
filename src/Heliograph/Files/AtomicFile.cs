using System.Text;
using System.Text.RegularExpressions;

namespace Heliograph.Files;

/// <summary>
/// Writes files that either are complete or do not exist: under a temporary name in the same folder, flushed to disk, then renamed, and the
/// folder flushed. A writer that fails leaves the old file as it was and no temporary file. A process that is killed may leave a file
/// <c>.NAME.RANDOM.tmp</c>, never a torn NAME; a power cut leaves the old file or the new one.
/// </summary>
static partial class AtomicFile
{
    /// <summary>Creates or replaces a file with what <paramref name="write"/> puts into the stream.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="write">Writes the content to a stream that can also be read and sought; whatever it throws is rethrown after the temporary file has been deleted.</param>
    /// <exception cref="IOException">The folder does not exist, or the file cannot be written or replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        string temporary = TemporaryPath(full);
        var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 16);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
            DurableFolder.Flush(Path.GetDirectoryName(full) ?? full);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Creates or replaces a text file in UTF-8 without a byte order mark.</summary>
    /// <inheritdoc cref="Write(string, Action{Stream})" path="/exception"/>
    public static void WriteText(string path, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>A new name for an unfinished file: <c>.NAME.RANDOM.tmp</c> beside the path.</summary>
    public static string TemporaryPath(string path)
    {
        string full = Path.GetFullPath(path);
        return Path.Combine(Path.GetDirectoryName(full) ?? full, $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}.tmp");
    }

    /// <summary>
    /// Deletes what killed programs left unfinished in a folder: the files <c>.NAME.RANDOM.tmp</c> in it, RANDOM being as
    /// <see cref="TemporaryPath"/> makes it. Nothing in subfolders, and no links; nothing at all if the folder itself is a link or does not exist.
    /// </summary>
    /// <exception cref="IOException">A file cannot be deleted.</exception>
    public static void DeleteTorn(string folder)
    {
        var own = new DirectoryInfo(folder);
        if (!own.Exists || own.LinkTarget is not null)
            return;
        foreach (var file in own.EnumerateFiles().Where(file => Torn().IsMatch(file.Name) && file.LinkTarget is null))
            file.Delete();
    }

    // Path.GetRandomFileName: eight characters of base 32, a dot and three more.
    [GeneratedRegex(@"^\..+\.[a-z0-5]{8}\.[a-z0-5]{3}\.tmp\z", RegexOptions.Singleline)]
    private static partial Regex Torn();
}
