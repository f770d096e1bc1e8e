namespace Heliograph.Networks;

/// <summary>Sizes of the stored types and conversion from and to single precision.</summary>
static class WeightTypes
{
    public static int Size(this WeightType type) => type == WeightType.F32 ? sizeof(float) : sizeof(ushort);

    /// <summary>Refuses an array that the type cannot hold: half precision ends at ±65504; a training that diverged leaves no numbers at all.</summary>
    /// <exception cref="InvalidDataException">A value is not finite, or beyond the type's range.</exception>
    public static void CheckStorable(this WeightType type, string name, WeightArray array)
    {
        int bad = Array.FindIndex(array.Values, value => !float.IsFinite(value) || type == WeightType.F16 && Half.IsInfinity((Half)value));
        if (bad >= 0)
            throw new InvalidDataException(FormattableString.Invariant($"the weights' '{name}' holds {array.Values[bad]}, which {type} cannot store"));
    }

    /// <summary>Rounds values to a 2-byte type.</summary>
    public static void Narrow(this WeightType type, ReadOnlySpan<float> values, Span<ushort> stored)
    {
        if (type == WeightType.F16)
            for (int i = 0; i < values.Length; i++)
                stored[i] = BitConverter.HalfToUInt16Bits((Half)values[i]);
        else
            for (int i = 0; i < values.Length; i++)
                stored[i] = ToBFloat16(values[i]);
    }

    /// <summary>Reads values of a 2-byte type; exact.</summary>
    public static void Widen(this WeightType type, ReadOnlySpan<ushort> stored, Span<float> values)
    {
        if (type == WeightType.F16)
            for (int i = 0; i < stored.Length; i++)
                values[i] = (float)BitConverter.UInt16BitsToHalf(stored[i]);
        else
            for (int i = 0; i < stored.Length; i++)
                values[i] = BitConverter.UInt32BitsToSingle((uint)stored[i] << 16);
    }

    static ushort ToBFloat16(float value)
    {
        uint bits = BitConverter.SingleToUInt32Bits(value);
        if (float.IsNaN(value))
            return (ushort)((bits >> 16) | 0x40); // stays a NaN, quiet, when the lower half is lost
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
