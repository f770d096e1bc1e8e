using System.Globalization;

namespace Heliograph.Device;

/// <summary>What the program takes.</summary>
static class Memory
{
    /// <summary>Peak of resident memory in bytes where the system tells it (Linux), else the present one.</summary>
    public static long PeakResidentBytes()
    {
        const string status = "/proc/self/status", key = "VmHWM:";
        string? line = File.Exists(status) ? File.ReadLines(status).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        return line is null
            ? Environment.WorkingSet
            : 1024 * long.Parse(line.AsSpan(key.Length).Trim().TrimEnd("kB").Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
