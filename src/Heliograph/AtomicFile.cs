
namespace Heliograph;

/// <summary>
/// Writes files that are either whole or not there: under a temporary name in the same folder, flushed to the disk, then renamed.
/// A writer that fails leaves the old file as it was and no temporary file. A process that is killed may leave a file
/// <c>.NAME.RANDOM.tmp</c>, never a torn NAME.
/// </summary>
public static class AtomicFile
{
    /// <summary>Creates or replaces a file with what <paramref name="write"/> puts into the stream.</summary>
    /// <param name="path">The file; its folder exists.</param>
    /// <param name="write">Writes the content; whatever it throws is thrown on after the temporary file is gone.</param>
    /// <exception cref="IOException">The folder does not exist, or the file cannot be written or replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder or the file may not be written.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        string temporary = Path.Combine(
            Path.GetDirectoryName(full) ?? full, $".{Path.GetFileName(full)}.{Path.GetRandomFileName()}.tmp");
        var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16);
        try
        {
            using (stream)
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, full, overwrite: true);
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
        Write(path, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));
    }
}
