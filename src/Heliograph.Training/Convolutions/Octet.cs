using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Heliograph.Training.Convolutions;

/// <summary>Vectors of eight channels, where fewer may be left.</summary>
static unsafe class Octet
{
    /// <summary>Channels of a vector.</summary>
    public const int Size = 8;

    /// <summary>The channels that are there, at most eight, and zeros for the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<float> Load(float* from, int left) => left >= Size ? Vector256.Load(from) : LoadFirst(from, 1, left);

    /// <summary>Writes the channels that are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector256<float> value, float* to, int left)
    {
        if (left >= Size)
            value.Store(to);
        else
            StoreFirst(value, to, left);
    }

    /// <summary>The first channels, so many floats apart, and zeros for the others.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Vector256<float> LoadFirst(float* from, nint step, int left)
    {
        var value = Vector256<float>.Zero;
        for (int i = 0; i < left; i++)
            value = value.WithElement(i, from[i * step]);
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void StoreFirst(Vector256<float> value, float* to, int left)
    {
        for (int i = 0; i < left; i++)
            to[i] = value.GetElement(i);
    }
}
