using System.Runtime.CompilerServices;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Training.Convolutions;

/// <summary>
/// Winograd's algorithm F(4, 3) at the points 0, ±1, ±2 and ∞ (Lavin and Gray, 2016): in two dimensions 36 multiplications instead of 144.
/// </summary>
readonly unsafe struct Winograd<TLanes, TVector> : IBilinear
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    public static int Outputs => 4;

    public static int Inputs => 6;

    public static int Before => 1;

    public static int Side => 6;

    public static int One => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(float* from, nint step, float* to, nint toStep)
    {
        TVector d0 = TLanes.Load(from), d1 = TLanes.Load(from + step), d2 = TLanes.Load(from + 2 * step);
        TVector d3 = TLanes.Load(from + 3 * step), d4 = TLanes.Load(from + 4 * step), d5 = TLanes.Load(from + 5 * step);
        TVector four = TLanes.All(4), minusFour = TLanes.All(-4), minusFive = TLanes.All(-5);
        TLanes.Store(TLanes.MultiplyAdd(d0, four, TLanes.MultiplyAdd(d2, minusFive, d4)), to);
        TLanes.Store(TLanes.MultiplyAdd(d1, four, TLanes.MultiplyAdd(d3, minusFive, d5)), to + 5 * toStep);
        Pair(TLanes.MultiplyAdd(d2, minusFour, d4), TLanes.MultiplyAdd(d1, minusFour, d3), to + toStep, toStep);
        var odd = TLanes.Subtract(d3, d1);
        Pair(TLanes.Subtract(d4, d2), TLanes.Add(odd, odd), to + 3 * toStep, toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* from, nint step, float* to, nint toStep)
    {
        TVector m1 = TLanes.Load(from + step), m2 = TLanes.Load(from + 2 * step), m3 = TLanes.Load(from + 3 * step), m4 = TLanes.Load(from + 4 * step);
        TVector sum12 = TLanes.Add(m1, m2), difference12 = TLanes.Subtract(m1, m2), sum34 = TLanes.Add(m3, m4), difference34 = TLanes.Subtract(m3, m4);
        TLanes.Store(TLanes.Add(TLanes.Add(TLanes.Load(from), sum12), sum34), to);
        TLanes.Store(TLanes.MultiplyAdd(difference34, TLanes.All(2), difference12), to + toStep);
        TLanes.Store(TLanes.MultiplyAdd(sum34, TLanes.All(4), sum12), to + 2 * toStep);
        TLanes.Store(TLanes.MultiplyAdd(difference34, TLanes.All(8), TLanes.Add(difference12, TLanes.Load(from + 5 * step))), to + 3 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputGradient(float* from, nint step, float* to, nint toStep)
    {
        TVector y0 = TLanes.Load(from), y1 = TLanes.Load(from + step), y2 = TLanes.Load(from + 2 * step), y3 = TLanes.Load(from + 3 * step);
        TLanes.Store(y0, to);
        Pair(TLanes.Add(y0, y2), TLanes.Add(y1, y3), to + toStep, toStep);
        var odd = TLanes.MultiplyAdd(y3, TLanes.All(4), y1);
        Pair(TLanes.MultiplyAdd(y2, TLanes.All(4), y0), TLanes.Add(odd, odd), to + 3 * toStep, toStep);
        TLanes.Store(y3, to + 5 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Kernel(float* from, nint step, float* to, nint toStep)
    {
        TVector g0 = TLanes.Load(from), g1 = TLanes.Load(from + step), g2 = TLanes.Load(from + 2 * step);
        TVector minusSixth = TLanes.All(-1 / 6f), sixth = TLanes.All(1 / 6f);
        TLanes.Store(TLanes.Multiply(g0, TLanes.All(1 / 4f)), to);
        Pair(TLanes.Multiply(TLanes.Add(g0, g2), minusSixth), TLanes.Multiply(g1, minusSixth), to + toStep, toStep);
        var even = TLanes.MultiplyAdd(g0, TLanes.All(1 / 24f), TLanes.Multiply(g2, sixth));
        Pair(even, TLanes.Multiply(g1, TLanes.All(1 / 12f)), to + 3 * toStep, toStep);
        TLanes.Store(g2, to + 5 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void KernelGradient(float* from, nint step, float* to, nint toStep)
    {
        TVector p1 = TLanes.Load(from + step), p2 = TLanes.Load(from + 2 * step), p3 = TLanes.Load(from + 3 * step), p4 = TLanes.Load(from + 4 * step);
        TVector minusSixth = TLanes.All(-1 / 6f), sum12 = TLanes.Add(p1, p2), sum34 = TLanes.Add(p3, p4);
        TVector first = TLanes.MultiplyAdd(sum12, minusSixth, TLanes.Multiply(TLanes.Load(from), TLanes.All(1 / 4f)));
        TLanes.Store(TLanes.MultiplyAdd(sum34, TLanes.All(1 / 24f), first), to);
        TVector difference12 = TLanes.Multiply(TLanes.Subtract(p1, p2), minusSixth);
        TLanes.Store(TLanes.MultiplyAdd(TLanes.Subtract(p3, p4), TLanes.All(1 / 12f), difference12), to + toStep);
        TVector last = TLanes.MultiplyAdd(sum12, minusSixth, TLanes.Load(from + 5 * step));
        TLanes.Store(TLanes.MultiplyAdd(sum34, TLanes.All(1 / 6f), last), to + 2 * toStep);
    }

    // The values at a point and at its negative.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Pair(TVector even, TVector odd, float* to, nint toStep)
    {
        TLanes.Store(TLanes.Add(even, odd), to);
        TLanes.Store(TLanes.Subtract(even, odd), to + toStep);
    }
}
