using System.Buffers.Binary;
using System.Numerics;

namespace Heliograph.Files;

/// <summary>CRC-32C (Castagnoli, reflected, start and end inverted; RFC 3720, appendix B.4).</summary>
static class Crc32C
{
    /// <summary>Of some bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        for (; data.Length >= 8; data = data[8..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        foreach (byte value in data)
            crc = BitOperations.Crc32C(crc, value);
        return ~crc;
    }
}
