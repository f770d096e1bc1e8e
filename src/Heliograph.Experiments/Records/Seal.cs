using System.Security.Cryptography;
using System.Text;

namespace Heliograph.Experiments.Records;

/// <summary>
/// The hash that a file carries of itself, so that a flipped bit is found when it is read: JSON, or the header of a safetensors file, has a text
/// <see cref="Key"/> of 64 lower-case hexadecimal digits, the SHA-256 of the whole file with zeros in their place. Files of earlier versions have none.
/// </summary>
static class Seal
{
    /// <summary>The key, in the first <see cref="MostBytes"/> of the file.</summary>
    public const string Key = "fileSha256";

    const int Digits = 2 * SHA256.HashSizeInBytes, MostBytes = 1 << 20;

    /// <summary>What is written under the key before the file is whole.</summary>
    public static string Blank { get; } = new('0', Digits);

    static ReadOnlySpan<byte> Quoted => "\"fileSha256\":"u8;

    /// <summary>Puts the hash in the place of <see cref="Blank"/>.</summary>
    /// <param name="file">The whole file; can be read, written and sought.</param>
    public static void Set(Stream file)
    {
        var (at, _, hash) = Read(file) ?? throw new ArgumentException($"The file has no place for its hash ({Key}).", nameof(file));
        file.Position = at;
        file.Write(Encoding.ASCII.GetBytes(hash));
        file.Position = file.Length;
    }

    /// <summary>Refuses a file that is not as it was written; one that carries no hash is let pass.</summary>
    /// <exception cref="InvalidDataException">The hash that it carries is not its own; the message names the file.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static void Check(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
        if (Read(file) is var (_, stated, hash) && stated != hash)
            throw new InvalidDataException($"{path}: damaged: it has changed since it was written (its SHA-256 differs from the one it states); use an intact copy, or make it again");
    }

    // Where the digits are, what they are, and what they should be; null if there are none.
    static (long At, string Stated, string Hash)? Read(Stream file)
    {
        file.Position = 0;
        byte[] head = new byte[Math.Min(file.Length, MostBytes)];
        file.ReadExactly(head);
        if (Find(head) is not { } at)
            return null;
        var digits = head.AsSpan(at, Digits);
        string stated = Encoding.ASCII.GetString(digits);
        digits.Fill((byte)'0');
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(head);
        byte[] part = new byte[Math.Min(file.Length - head.Length, MostBytes)];
        while (file.Read(part) is > 0 and var length)
            hash.AppendData(part, 0, length);
        return (at, stated, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    // Inside of a JSON text quotes are escaped: what is found is a key.
    static int? Find(ReadOnlySpan<byte> head)
    {
        int key = head.IndexOf(Quoted);
        if (key < 0)
            return null;
        int at = key + Quoted.Length;
        while (at < head.Length && head[at] == ' ')
            at++;
        return at + Digits + 1 < head.Length && head[at] == '"' && head[at + 1 + Digits] == '"' ? at + 1 : null;
    }
}
