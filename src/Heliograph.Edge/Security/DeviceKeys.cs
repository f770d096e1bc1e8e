using Heliograph.Links;

namespace Heliograph.Edge.Security;

/// <summary>The file of devices' keys: a line a device, its id and its key.</summary>
public static class DeviceKeys
{
    /// <summary>Reads device ids, as <see cref="KnownDevices"/> has them, each with 64 hexadecimal digits.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Keys by device id.</returns>
    /// <exception cref="InvalidDataException">A line is no device and key, a device occurs twice, there is none, or others than the file's owner may read it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<ulong, DeviceKey> Read(string path)
    {
        var keys = new Dictionary<ulong, DeviceKey>();
        foreach (var (line, number) in ListFile.SecretLines(path))
        {
            // Not a word of the line in the message: a key may be in it.
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 2 || KnownDevices.Id(words[0]) is not { } device || DeviceKey.Parse(words[1]) is not { } key)
                throw new InvalidDataException($"{path}, line {number}: a line is a device id (a number, decimal or 0x…, or 16 hexadecimal digits) and the {2 * DeviceKey.Bytes} hexadecimal digits of its key");
            if (!keys.TryAdd(device, key))
                throw new InvalidDataException($"{path}, line {number}: there is another key of this device");
        }
        return keys.Count > 0 ? keys : throw new InvalidDataException($"{path}: holds no device's key");
    }
}
