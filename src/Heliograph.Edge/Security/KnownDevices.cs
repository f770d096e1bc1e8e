using System.Globalization;

namespace Heliograph.Edge.Security;

/// <summary>The file of devices whose frames are accepted.</summary>
public static class KnownDevices
{
    /// <summary>Reads device ids: 16 hexadecimal digits as the server shows them, or a number as a device takes it, decimal or 0x….</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">A line is not a device id, or there is none.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static IReadOnlySet<ulong> Read(string path)
    {
        var devices = new HashSet<ulong>();
        foreach (var (line, number) in ListFile.Lines(path))
        {
            devices.Add(Id(line) ?? throw new InvalidDataException(
                $"{path}, line {number}: a device id must be a number, decimal or 0x…, or 16 hexadecimal digits, not '{line}'"));
        }
        return devices.Count > 0 ? devices : throw new InvalidDataException($"{path}: holds no device id, so no device could send");
    }

    /// <summary>A device id as people write it; null if it is not one.</summary>
    public static ulong? Id(string text)
    {
        bool prefixed = text.StartsWith("0x", StringComparison.Ordinal), hexadecimal = prefixed || text.Length == 16;
        return ulong.TryParse(prefixed ? text.AsSpan(2) : text, hexadecimal ? NumberStyles.AllowHexSpecifier : NumberStyles.None,
            CultureInfo.InvariantCulture, out ulong id) ? id : null;
    }
}
