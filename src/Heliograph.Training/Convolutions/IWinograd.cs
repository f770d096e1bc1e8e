using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Heliograph.Training.Convolutions;

/// <summary>
/// The one-dimensional transforms of one of Winograd's algorithms F(m, 3) (Lavin and Gray, 2016), each on strided vectors of 8 channels.
/// In two dimensions y = Aᵀ[(G g Gᵀ) ⊙ (Bᵀ d B)]A; gradients pass through the transposed transforms.
/// </summary>
unsafe interface IWinograd
{
    /// <summary>m: outputs of a tile along a side.</summary>
    static abstract int Outputs { get; }

    /// <summary>m + 2: inputs of a tile along a side, and points.</summary>
    static abstract int Side { get; }

    /// <summary>Bᵀ: inputs to points.</summary>
    static abstract void Input(float* from, nint step, float* to, nint toStep);

    /// <summary>Aᵀ: points to outputs.</summary>
    static abstract void Output(float* from, nint step, float* to, nint toStep);

    /// <summary>A: gradients of the outputs to those of the points.</summary>
    static abstract void OutputGradient(float* from, nint step, float* to, nint toStep);

    /// <summary>G: three weights to points.</summary>
    static abstract void Kernel(float* from, nint step, float* to, nint toStep);

    /// <summary>Gᵀ: gradients of the points to those of three weights.</summary>
    static abstract void KernelGradient(float* from, nint step, float* to, nint toStep);
}

/// <summary>F(2×2, 3×3) at the points 0, ±1 and ∞: 16 multiplications in place of 36.</summary>
readonly unsafe struct Winograd2 : IWinograd
{
    public static int Outputs => 2;

    public static int Side => 4;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> d0 = Vector256.Load(from), d1 = Vector256.Load(from + step), d2 = Vector256.Load(from + 2 * step), d3 = Vector256.Load(from + 3 * step);
        (d0 - d2).Store(to);
        (d1 + d2).Store(to + toStep);
        (d2 - d1).Store(to + 2 * toStep);
        (d1 - d3).Store(to + 3 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> m0 = Vector256.Load(from), m1 = Vector256.Load(from + step), m2 = Vector256.Load(from + 2 * step), m3 = Vector256.Load(from + 3 * step);
        (m0 + m1 + m2).Store(to);
        (m1 - m2 - m3).Store(to + toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void OutputGradient(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> y0 = Vector256.Load(from), y1 = Vector256.Load(from + step);
        y0.Store(to);
        (y0 + y1).Store(to + toStep);
        (y0 - y1).Store(to + 2 * toStep);
        (-y1).Store(to + 3 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Kernel(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> g0 = Vector256.Load(from), g1 = Vector256.Load(from + step) * 0.5f, g2 = Vector256.Load(from + 2 * step);
        var ends = (g0 + g2) * 0.5f;
        g0.Store(to);
        (ends + g1).Store(to + toStep);
        (ends - g1).Store(to + 2 * toStep);
        g2.Store(to + 3 * toStep);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void KernelGradient(float* from, nint step, float* to, nint toStep)
    {
        Vector256<float> p0 = Vector256.Load(from), p1 = Vector256.Load(from + step), p2 = Vector256.Load(from + 2 * step), p3 = Vector256.Load(from + 3 * step);
        var sum = (p1 + p2) * 0.5f;
        (p0 + sum).Store(to);
        ((p1 - p2) * 0.5f).Store(to + toStep);
        (p3 + sum).Store(to + 2 * toStep);
    }
}

/// <summary>F(4×4, 3×3) at the points 0, ±1, ±2 and ∞: 36 multiplications in place of 144.</summary>
readonly unsafe struct Winograd4 : IWinograd
{
    public static int Outputs => 4;

    public static int Side => 6;

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
