namespace Heliograph.Links;

/// <summary>Files that control access: their size is bounded, and they are refused if someone else could have written or read them.</summary>
static class KeyFile
{
    /// <summary>The largest such file, in bytes: 100,000 keys and more.</summary>
    public const int MaxBytes = 16 << 20;

    const UnixFileMode OthersReadOrWrite = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads a file that not everyone may write.</summary>
    /// <exception cref="InvalidDataException">Everyone may, or it is larger than <see cref="MaxBytes"/>.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string Read(string path) => Read(path, UnixFileMode.OtherWrite, "everyone may change it; chmod o-w");

    /// <summary>Reads a file that only its owner may read and write.</summary>
    /// <exception cref="InvalidDataException">Others may, or it is larger than <see cref="MaxBytes"/>.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static string ReadSecret(string path) => Read(path, OthersReadOrWrite, "someone other than its owner may read or change it; chmod 600");

    static string Read(string path, UnixFileMode forbidden, string why)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        // Of the open file, wherever its name leads by now.
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & forbidden) != 0)
            throw new InvalidDataException($"{path}: holds keys, but {why} {path}");
        // A device such as /dev/zero has no length.
        byte[] bytes = new byte[Math.Clamp(stream.Length, 0, MaxBytes) + 1];
        int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        if (length == bytes.Length)
            throw new InvalidDataException($"{path}: is longer than its stated length or than {MaxBytes} bytes");
        using var reader = new StreamReader(new MemoryStream(bytes, 0, length));
        return reader.ReadToEnd();
    }
}
