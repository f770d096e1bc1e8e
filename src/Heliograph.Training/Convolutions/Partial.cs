using System.Runtime.CompilerServices;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Training.Convolutions;

/// <summary>Vectors of channels, where fewer may be left.</summary>
static unsafe class Partial<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>The channels that are there, and zeros for the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(float* from, int left) => left >= TLanes.Count ? TLanes.Load(from) : LoadFirst(from, 1, left);

    /// <summary>Writes the channels that are there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TVector value, float* to, int left)
    {
        if (left >= TLanes.Count)
            TLanes.Store(value, to);
        else
            StoreFirst(value, to, left);
    }

    /// <summary>The first channels, so many floats apart, and zeros for the others.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static TVector LoadFirst(float* from, nint step, int left)
    {
        TVector value = default;
        for (int i = 0; i < Math.Min(left, TLanes.Count); i++)
            ((float*)&value)[i] = from[i * step];
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void StoreFirst(TVector value, float* to, int left)
    {
        for (int i = 0; i < left; i++)
            to[i] = ((float*)&value)[i];
    }
}
