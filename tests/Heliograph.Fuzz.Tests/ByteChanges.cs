using System.Buffers.Binary;
using Heliograph.Statistics;

namespace Heliograph.Fuzz.Tests;

/// <summary>Changes of binary inputs: flipped bits, cuts, splices, numbers replaced by extremes.</summary>
static class ByteChanges
{
    /// <summary>Inputs do not grow beyond this.</summary>
    public const int MostBytes = 4 << 20;

    static readonly long[] Whole =
    [
        0, 1, -1, 2, 7, 8, 127, 128, 255, 256, 511, 512, 513, 32767, 32768, 65535, 65536, 1 << 20, 1 << 24, int.MaxValue, int.MinValue, 1L << 32, (1L << 53) + 1,
        long.MaxValue, long.MinValue, 46341, 1 << 30,
    ];

    static readonly double[] Real = [0, -0.0, 1, -1, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.MaxValue, double.Epsilon, 1e308, 3e38, -1e-308, float.Epsilon];

    /// <summary>One to four changes, one after the other.</summary>
    public static byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random)
    {
        byte[] changed = origin;
        for (int left = Times(random); left > 0; left--)
            changed = Once(changed, pool, random);
        return changed;
    }

    /// <summary>1, or seldom more.</summary>
    public static int Times(RandomStream random) => 1 + (random.NextInt(2) == 0 ? random.NextInt(4) : 0);

    /// <summary>A length that is mostly small, seldom up to a mebibyte.</summary>
    public static int Length(RandomStream random) => 1 + random.NextInt(1 << (random.NextInt(1024) == 0 ? 20 : 1 + random.NextInt(12)));

    /// <summary>The input with a part replaced.</summary>
    public static byte[] Splice(byte[] origin, int at, int removed, ReadOnlySpan<byte> inserted)
    {
        inserted = inserted[..Math.Min(inserted.Length, Math.Max(0, MostBytes - origin.Length))];
        byte[] changed = new byte[origin.Length - removed + inserted.Length];
        origin.AsSpan(0, at).CopyTo(changed);
        inserted.CopyTo(changed.AsSpan(at));
        origin.AsSpan(at + removed).CopyTo(changed.AsSpan(at + inserted.Length));
        return changed;
    }

    /// <summary>A part of an input.</summary>
    public static ReadOnlySpan<byte> Piece(byte[] from, RandomStream random)
    {
        int at = random.NextInt(from.Length + 1);
        return from.AsSpan(at, Math.Min(Length(random), from.Length - at));
    }

    static byte[] Once(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random)
    {
        if (origin.Length == 0)
            return [.. pool[random.NextInt(pool.Count)]];
        // Heads say what follows: half of the changes are there.
        int at = random.NextInt(random.NextInt(2) == 0 ? Math.Min(origin.Length, 256) : origin.Length);
        byte[] copy;
        switch (random.NextInt(10))
        {
            case 0 or 1:
                copy = [.. origin];
                copy[at] ^= (byte)(1 << random.NextInt(8));
                return copy;
            case 2:
                copy = [.. origin];
                copy[at] = (byte)random.NextInt(256);
                return copy;
            case 3:
                return origin[..at];
            case 4:
                return Splice(origin, at, Math.Min(Length(random), origin.Length - at), []);
            case 5:
                return Splice(origin, at, 0, Piece(origin, random));
            case 6:
                byte[] other = pool[random.NextInt(pool.Count)];
                return Splice(origin, at, random.NextInt(2) == 0 ? origin.Length - at : 0, Piece(other, random));
            case 7:
                byte[] noise = new byte[Length(random)];
                for (int i = 0; i < noise.Length; i++)
                    noise[i] = (byte)random.NextInt(256);
                return Splice(origin, at, 0, noise);
            default:
                copy = [.. origin];
                WriteNumber(copy.AsSpan(at), random);
                return copy;
        }
    }

    static void WriteNumber(Span<byte> place, RandomStream random)
    {
        Span<byte> number = stackalloc byte[sizeof(ulong)];
        int size = 1 << random.NextInt(4);
        if (size >= sizeof(float) && random.NextInt(3) == 0)
        {
            double value = Real[random.NextInt(Real.Length)];
            BinaryPrimitives.WriteInt64LittleEndian(number, size == sizeof(float) ? BitConverter.SingleToInt32Bits((float)value) : BitConverter.DoubleToInt64Bits(value));
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(number, Whole[random.NextInt(Whole.Length)] + random.NextInt(3) - 1);
        }
        number = number[..size];
        if (random.NextInt(2) == 0)
            number.Reverse();
        number[..Math.Min(size, place.Length)].CopyTo(place);
    }
}
