using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Heliograph.Training.Convolutions;

/// <summary>
/// The one-dimensional transforms of Winograd's algorithm F(4, 3) at the points 0, ±1, ±2 and ∞ (Lavin and Gray, 2016), each on strided vectors of
/// 8 channels. In two dimensions y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A, 36 multiplications in place of 144; gradients pass through the transposed transforms.
/// </summary>
static unsafe class Winograd
{
    /// <summary>Outputs of a tile along a side.</summary>
    public const int Outputs = 4;

    /// <summary>Inputs of a tile along a side, and points.</summary>
    public const int Side = 6;

    /// <summary>Bᵀ: inputs to points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> d0 = Vector256.Load(from), d1 = Vector256.Load(from + step), d2 = Vector256.Load(from + 2 * step);
        Vector256<float> d3 = Vector256.Load(from + 3 * step), d4 = Vector256.Load(from + 4 * step), d5 = Vector256.Load(from + 5 * step);
        (d0 * 4 - d2 * 5 + d4).Store(to);
        (d1 * 4 - d3 * 5 + d5).Store(to + 5 * toStep);
        Vector256<float> even = d4 - d2 * 4, odd = d3 - d1 * 4;
        (even + odd).Store(to + toStep);
        (even - odd).Store(to + 2 * toStep);
        even = d4 - d2;
        odd = d3 - d1;
        odd += odd;
        (even + odd).Store(to + 3 * toStep);
        (even - odd).Store(to + 4 * toStep);
    }

    /// <summary>Aᵀ: points to outputs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> m1 = Vector256.Load(from + step), m2 = Vector256.Load(from + 2 * step);
        Vector256<float> m3 = Vector256.Load(from + 3 * step), m4 = Vector256.Load(from + 4 * step);
        Vector256<float> sum12 = m1 + m2, difference12 = m1 - m2, sum34 = m3 + m4, difference34 = m3 - m4;
        (Vector256.Load(from) + sum12 + sum34).Store(to);
        (difference12 + difference34 * 2).Store(to + toStep);
        (sum12 + sum34 * 4).Store(to + 2 * toStep);
        (difference12 + difference34 * 8 + Vector256.Load(from + 5 * step)).Store(to + 3 * toStep);
    }

    /// <summary>A: gradients of the outputs to those of the points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputGradient(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> y0 = Vector256.Load(from), y1 = Vector256.Load(from + step), y2 = Vector256.Load(from + 2 * step), y3 = Vector256.Load(from + 3 * step);
        y0.Store(to);
        Vector256<float> even = y0 + y2, odd = y1 + y3;
        (even + odd).Store(to + toStep);
        (even - odd).Store(to + 2 * toStep);
        even = y0 + y2 * 4;
        odd = y1 * 2 + y3 * 8;
        (even + odd).Store(to + 3 * toStep);
        (even - odd).Store(to + 4 * toStep);
        y3.Store(to + 5 * toStep);
    }

    /// <summary>G: three weights to points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Kernel(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> g0 = Vector256.Load(from), g1 = Vector256.Load(from + step), g2 = Vector256.Load(from + 2 * step);
        (g0 * (1 / 4f)).Store(to);
        Vector256<float> even = (g0 + g2) * (-1 / 6f), odd = g1 * (-1 / 6f);
        (even + odd).Store(to + toStep);
        (even - odd).Store(to + 2 * toStep);
        even = g0 * (1 / 24f) + g2 * (1 / 6f);
        odd = g1 * (1 / 12f);
        (even + odd).Store(to + 3 * toStep);
        (even - odd).Store(to + 4 * toStep);
        g2.Store(to + 5 * toStep);
    }

    /// <summary>Gᵀ: gradients of the points to those of three weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void KernelGradient(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> p1 = Vector256.Load(from + step), p2 = Vector256.Load(from + 2 * step);
        Vector256<float> p3 = Vector256.Load(from + 3 * step), p4 = Vector256.Load(from + 4 * step);
        Vector256<float> sum12 = (p1 + p2) * (1 / 6f), sum34 = p3 + p4;
        (Vector256.Load(from) * (1 / 4f) - sum12 + sum34 * (1 / 24f)).Store(to);
        ((p2 - p1) * (1 / 6f) + (p3 - p4) * (1 / 12f)).Store(to + toStep);
        (Vector256.Load(from + 5 * step) - sum12 + sum34 * (1 / 6f)).Store(to + 2 * toStep);
    }
}
