using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Heliograph.Digital.Lanes;

/// <summary>8 code words at once: ARM NEON, or SSE; where the processor has neither, .NET computes them one by one.</summary>
readonly unsafe struct ShortLanes128 : IShortLanes<Vector128<short>>
{
    public static int Count => Vector128<short>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Load(short* from) => Vector128.Load(from);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(Vector128<short> value, short* to) => Vector128.Store(value, to);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> All(short value) => Vector128.Create(value);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Add(Vector128<short> a, Vector128<short> b) => Vector128.AddSaturate(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Subtract(Vector128<short> a, Vector128<short> b) => Vector128.SubtractSaturate(a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Xor(Vector128<short> a, Vector128<short> b) => a ^ b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Or(Vector128<short> a, Vector128<short> b) => a | b;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Abs(Vector128<short> a) => Vector128.Abs(a);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Min(Vector128<short> a, Vector128<short> b) => Vector128.Min(a.AsUInt16(), b.AsUInt16()).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Max(Vector128<short> a, Vector128<short> b) => Vector128.Max(a.AsUInt16(), b.AsUInt16()).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> Normalise(Vector128<short> a) => a - (a.AsUInt16() >> 3).AsInt16() - (a.AsUInt16() >> 4).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> WhereEqual(Vector128<short> x, Vector128<short> y, Vector128<short> a, Vector128<short> b) =>
        Vector128.ConditionalSelect(Vector128.Equals(x, y), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<short> WhereNegative(Vector128<short> x, Vector128<short> a, Vector128<short> b) =>
        Vector128.ConditionalSelect(Vector128.LessThan(x, Vector128<short>.Zero), a, b);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Negative(Vector128<short> a) => Vector128.ExtractMostSignificantBits(a);
}
