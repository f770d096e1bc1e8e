using System.Globalization;

namespace Heliograph.Edge.Security;

/// <summary>The file of devices whose frames are accepted.</summary>
static class KnownDevices
{
    /// <summary>Reads device ids, each of up to 16 hexadecimal digits.</summary>
    /// <exception cref="InvalidDataException">A line is no device id, or there is none.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlySet<ulong> Read(string path)
    {
        var devices = new HashSet<ulong>();
        foreach (var (line, number) in ListFile.Lines(path))
        {
            if (!ulong.TryParse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong device))
                throw new InvalidDataException($"{path}, line {number}: a device id is up to 16 hexadecimal digits, not '{line}'");
            devices.Add(device);
        }
        return devices.Count > 0 ? devices : throw new InvalidDataException($"{path}: holds no device id, so that no device could send");
    }
}
