using System.Runtime.CompilerServices;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Training.Convolutions;

/// <summary>
/// For maps of at most two pixels a side, whose other inputs are padding: y₀ = g₁d₀ + g₂d₁ and y₁ = g₀d₀ + g₁d₁ share a product as in
/// Karatsuba's multiplication, y₀ = g₁(d₀ + d₁) + (g₂ − g₁)d₁ and y₁ = g₁(d₀ + d₁) + (g₀ − g₁)d₀. In two dimensions 9 multiplications instead of
/// 36, at as many points as the kernel has weights.
/// </summary>
readonly unsafe struct Karatsuba<TLanes, TVector> : IBilinear
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    public static int Outputs => 2;

    public static int Inputs => 2;

    public static int Before => 0;

    public static int Side => 3;

    public static int One => 0;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(float* from, nint step, float* to, nint toStep)
    {
        TVector d0 = TLanes.Load(from), d1 = TLanes.Load(from + step);
        TLanes.Store(TLanes.Add(d0, d1), to);
        TLanes.Store(d1, to + toStep);
        TLanes.Store(d0, to + 2 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* from, nint step, float* to, nint toStep)
    {
        var shared = TLanes.Load(from);
        TLanes.Store(TLanes.Add(shared, TLanes.Load(from + step)), to);
        TLanes.Store(TLanes.Add(shared, TLanes.Load(from + 2 * step)), to + toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputGradient(float* from, nint step, float* to, nint toStep)
    {
        TVector y0 = TLanes.Load(from), y1 = TLanes.Load(from + step);
        TLanes.Store(TLanes.Add(y0, y1), to);
        TLanes.Store(y0, to + toStep);
        TLanes.Store(y1, to + 2 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Kernel(float* from, nint step, float* to, nint toStep)
    {
        var g1 = TLanes.Load(from + step);
        TLanes.Store(g1, to);
        TLanes.Store(TLanes.Subtract(TLanes.Load(from + 2 * step), g1), to + toStep);
        TLanes.Store(TLanes.Subtract(TLanes.Load(from), g1), to + 2 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void KernelGradient(float* from, nint step, float* to, nint toStep)
    {
        TVector p1 = TLanes.Load(from + step), p2 = TLanes.Load(from + 2 * step);
        TLanes.Store(p2, to);
        TLanes.Store(TLanes.Subtract(TLanes.Subtract(TLanes.Load(from), p1), p2), to + toStep);
        TLanes.Store(p1, to + 2 * toStep);
    }
}
