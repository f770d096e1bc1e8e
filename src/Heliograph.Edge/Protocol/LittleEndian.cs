using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Heliograph.Edge.Protocol;

/// <summary>32-bit values as bytes of either protocol, little-endian on every machine.</summary>
static class LittleEndian
{
    /// <summary>Reads values; the number of bytes must match.</summary>
    public static void Read(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        bytes.CopyTo(MemoryMarshal.AsBytes(values));
        Swap(MemoryMarshal.Cast<float, int>(values));
    }

    /// <summary>Writes values of 4 bytes; the number of bytes must match.</summary>
    public static void Write<T>(ReadOnlySpan<T> values, Span<byte> bytes) where T : unmanaged
    {
        MemoryMarshal.AsBytes(values).CopyTo(bytes);
        if (!BitConverter.IsLittleEndian)
            Swap(MemoryMarshal.Cast<byte, int>(bytes));
    }

    static void Swap(Span<int> values)
    {
        if (!BitConverter.IsLittleEndian)
            BinaryPrimitives.ReverseEndianness(values, values);
    }
}
