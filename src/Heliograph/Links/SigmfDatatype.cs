using System.Buffers.Binary;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Heliograph.Links;

/// <summary>How a data file of SigMF stores its values: <c>core:datatype</c>, such as cf32_le, ci16_be or ru8.</summary>
sealed partial class SigmfDatatype
{
    readonly char kind;
    readonly int bits;
    readonly bool bigEndian;

    SigmfDatatype(string name, bool complex, char kind, int bits, bool bigEndian)
    {
        (Name, this.kind, this.bits, this.bigEndian) = (name, kind, bits, bigEndian);
        ValuesPerSample = complex ? 2 : 1;
    }

    public string Name { get; }

    /// <summary>2 if samples are complex, else 1.</summary>
    public int ValuesPerSample { get; }

    public int SampleBytes => ValuesPerSample * ValueBytes;

    /// <summary>Whether values are integers, whose unit the format leaves open.</summary>
    public bool IsInteger => kind != 'f';

    int ValueBytes => bits / 8;

    /// <exception cref="InvalidDataException">There is no such type.</exception>
    public static SigmfDatatype Parse(string name)
    {
        var match = Pattern().Match(name);
        if (!match.Success)
            throw new InvalidDataException($"core:datatype is '{name}', which is not a SigMF type; examples are cf32_le, ci16_le and cu8");
        string type = match.Groups[2].Value;
        return new(name, match.Groups[1].Value == "c", type[0], int.Parse(type.AsSpan(1), CultureInfo.InvariantCulture), match.Groups[3].Value == "_be");
    }

    /// <summary>Reads values; integers as fractions of full scale: from −1 to 1, unsigned ones about their middle.</summary>
    /// <param name="bytes">As many values as <paramref name="values"/> has.</param>
    /// <param name="values">Receives them.</param>
    public void Read(ReadOnlySpan<byte> bytes, Span<float> values)
    {
        for (int i = 0; i < values.Length; i++)
            values[i] = Value(bytes.Slice(i * ValueBytes, ValueBytes));
    }

    float Value(ReadOnlySpan<byte> bytes)
    {
        if (bits == 64)
            return (float)BitConverter.UInt64BitsToDouble(bigEndian ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        uint stored = bits switch
        {
            8 => bytes[0],
            16 => bigEndian ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes),
            _ => bigEndian ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes),
        };
        if (kind == 'f')
            return BitConverter.UInt32BitsToSingle(stored);
        long half = 1L << (bits - 1);
        // With its sign bit flipped, two's complement counts up like unsigned numbers.
        long value = (kind == 'i' ? stored ^ half : stored) - half;
        return (float)((double)value / half);
    }

    [GeneratedRegex(@"^(c|r)(?:(f32|f64|i32|i16|u32|u16)(_le|_be)|(?<2>i8|u8))$", RegexOptions.CultureInvariant)]
    private static partial Regex Pattern();
}
