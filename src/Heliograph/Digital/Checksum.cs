using System.Buffers.Binary;
using System.Numerics;

namespace Heliograph.Digital;

/// <summary>CRC-32C (Castagnoli; RFC 3720, appendix B.4): tells a message that was decoded wrongly from the one sent.</summary>
static class Checksum
{
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
