namespace Heliograph.Files;

/// <summary>
/// Reads whole files, up to a bound. The stated length of a file is not trusted: a device or a pipe says 0 and may give endless bytes, and a
/// file can grow while it is read.
/// </summary>
static class BoundedFile
{
    const int FirstBytes = 1 << 16, MostUnsaidBytes = 64 << 20;

    /// <summary>The bytes of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="most">The maximum number of bytes; input without a known length may have at most 64 MiB.</param>
    /// <exception cref="InvalidDataException">It has more; the message names it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static byte[] ReadAllBytes(string path, int most)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        long said = file.CanSeek ? file.Length : 0;
        if (said > most)
            throw TooLong(path, most);
        if (said == 0)
            most = Math.Min(most, MostUnsaidBytes);
        byte[] bytes = new byte[said > 0 ? said : Math.Min(FirstBytes, most)];
        int read = 0;
        while (true)
        {
            read += file.ReadAtLeast(bytes.AsSpan(read), bytes.Length - read, throwOnEndOfStream: false);
            if (read < bytes.Length || file.ReadByte() is not (>= 0 and var next))
                break;
            if (bytes.Length == most)
                throw TooLong(path, most);
            Array.Resize(ref bytes, (int)Math.Min(most, Math.Max(2L * bytes.Length, FirstBytes)));
            bytes[read++] = (byte)next;
        }
        Array.Resize(ref bytes, read);
        return bytes;
    }

    /// <summary>The text of a file in UTF-8, or as its byte order mark says.</summary>
    /// <inheritdoc cref="ReadAllBytes"/>
    public static string ReadAllText(string path, int most)
    {
        using var reader = new StreamReader(new MemoryStream(ReadAllBytes(path, most)));
        return reader.ReadToEnd();
    }

    /// <summary>The lines of such a text.</summary>
    /// <inheritdoc cref="ReadAllBytes"/>
    public static IReadOnlyList<string> ReadAllLines(string path, int most)
    {
        var lines = new List<string>();
        using var reader = new StringReader(ReadAllText(path, most));
        while (reader.ReadLine() is { } line)
            lines.Add(line);
        return lines;
    }

    static InvalidDataException TooLong(string path, int most) => new(FormattableString.Invariant($"{path}: longer than {most:N0} bytes, the maximum for such a file"));
}
