using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Heliograph.Edge.Security;

/// <summary>
/// The keys that may use the server. The file holds names and SHA-256 hashes, one key a line: a key is 256 random bits, so its hash gives
/// nothing away and needs no salt.
/// </summary>
sealed class ApiKeys
{
    readonly List<(string Name, byte[] Hash)> keys = [];

    /// <summary>Reads a file of keys.</summary>
    /// <exception cref="InvalidDataException">A line is not a name and a hash, or a name occurs twice.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static ApiKeys Read(string path)
    {
        var read = new ApiKeys();
        foreach (var (line, number) in ListFile.Lines(path))
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 2 || words[1].Length != 2 * SHA256.HashSizeInBytes || !words[1].All(char.IsAsciiHexDigit))
                throw new InvalidDataException($"{path}, line {number}: a line must have a name and the 64 hexadecimal digits of the key's SHA-256 (heliograph-edge new-key NAME makes one)");
            if (read.keys.Any(key => key.Name == words[0]))
                throw new InvalidDataException($"{path}, line {number}: there is another key named '{words[0]}'");
            read.keys.Add((words[0], Convert.FromHexString(words[1])));
        }
        return read.keys.Count > 0 ? read : throw new InvalidDataException($"{path}: holds no key, so nobody could use the server");
    }

    /// <summary>A new key, and the line that lets it in.</summary>
    public static (string Key, string Line) Make(string name)
    {
        string key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        return (key, $"{name} {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))}");
    }

    /// <summary>The name of a key, or null if it is unknown. Takes the same time for every wrong key.</summary>
    public string? NameOf(string key)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key), hash);
        string? found = null;
        foreach (var (name, known) in keys)
        {
            // Every key is compared, even after one has matched.
            if (CryptographicOperations.FixedTimeEquals(hash, known))
                found = name;
        }
        return found;
    }
}
