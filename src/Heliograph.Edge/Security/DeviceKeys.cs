using Heliograph.Links;

namespace Heliograph.Edge.Security;

/// <summary>The file of devices' keys: one device a line, its id and its key.</summary>
public static class DeviceKeys
{
    /// <summary>Reads device ids, as <see cref="KnownDevices"/> has them, each with 64 hexadecimal digits.</summary>
    /// <param name="path">The file.</param>
    /// <returns>Keys by device id.</returns>
    /// <exception cref="InvalidDataException">A line is not a device and a key, a device occurs twice, there is none, or someone other than its owner may read the file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlyDictionary<ulong, DeviceKey> Read(string path)
    {
        var keys = new Dictionary<ulong, DeviceKey>();
        foreach (var (line, number) in ListFile.SecretLines(path))
        {
            // The message quotes nothing from the line, which may contain a key.
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length != 2 || KnownDevices.Id(words[0]) is not { } device || DeviceKey.Parse(words[1]) is not { } key)
                throw new InvalidDataException($"{path}, line {number}: a line must have a device id (a number, decimal or 0x…, or 16 hexadecimal digits) and the {2 * DeviceKey.Bytes} hexadecimal digits of its key");
            if (!keys.TryAdd(device, key))
                throw new InvalidDataException($"{path}, line {number}: there is another key for this device");
        }
        return keys.Count > 0 ? keys : throw new InvalidDataException($"{path}: holds no device's key");
    }
}
