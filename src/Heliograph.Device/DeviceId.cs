
using System.Text;

namespace Heliograph.Device;

/// <summary>Numbers of devices.</summary>
static class DeviceId
{
    /// <summary>FNV-1a (64 bit) of the host's name: the same at every start.</summary>
    public static ulong OfThisHost()
    {
        ulong hash = 0xcbf29ce484222325;
        foreach (byte value in Encoding.UTF8.GetBytes(Environment.MachineName))
            hash = (hash ^ value) * 0x100000001b3;
        return hash;
    }
}
