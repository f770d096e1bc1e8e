using System.Runtime.CompilerServices;
using Heliograph.Encoding.Lanes;

namespace Heliograph.Encoding.Steps;

/// <summary>
/// The transforms of Winograd's F(4×4, 3×3) (Lavin and Gray, 2016), at the points 0, ±1, ±2 and ∞: a tile of 6×6 inputs becomes 36 values,
/// these multiply 36 transformed weights, and 36 sums become 4×4 outputs: 36 multiplications in place of 144.
/// </summary>
static unsafe class Winograd<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Bᵀ times six vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(float* from, nint step, float* to, nint toStep)
    {
        TVector d0 = TLanes.Load(from), d1 = TLanes.Load(from + step), d2 = TLanes.Load(from + 2 * step);
        TVector d3 = TLanes.Load(from + 3 * step), d4 = TLanes.Load(from + 4 * step), d5 = TLanes.Load(from + 5 * step);
        TVector four = TLanes.All(4), minusFour = TLanes.All(-4), minusFive = TLanes.All(-5), two = TLanes.All(2);
        TLanes.Store(TLanes.MultiplyAdd(d0, four, TLanes.MultiplyAdd(d2, minusFive, d4)), to);
        TLanes.Store(TLanes.MultiplyAdd(d1, four, TLanes.MultiplyAdd(d3, minusFive, d5)), to + 5 * toStep);
        TVector even = TLanes.MultiplyAdd(d2, minusFour, d4), odd = TLanes.MultiplyAdd(d1, minusFour, d3);
        TLanes.Store(TLanes.Add(even, odd), to + toStep);
        TLanes.Store(TLanes.Subtract(even, odd), to + 2 * toStep);
        even = TLanes.Subtract(d4, d2);
        odd = TLanes.Multiply(two, TLanes.Subtract(d3, d1));
        TLanes.Store(TLanes.Add(even, odd), to + 3 * toStep);
        TLanes.Store(TLanes.Subtract(even, odd), to + 4 * toStep);
    }

    /// <summary>Aᵀ times six vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Output(float* from, nint step, out TVector y0, out TVector y1, out TVector y2, out TVector y3)
    {
        TVector m1 = TLanes.Load(from + step), m2 = TLanes.Load(from + 2 * step), m3 = TLanes.Load(from + 3 * step), m4 = TLanes.Load(from + 4 * step);
        TVector sum12 = TLanes.Add(m1, m2), difference12 = TLanes.Subtract(m1, m2), sum34 = TLanes.Add(m3, m4), difference34 = TLanes.Subtract(m3, m4);
        y0 = TLanes.Add(TLanes.Add(TLanes.Load(from), sum12), sum34);
        y1 = TLanes.MultiplyAdd(difference34, TLanes.All(2), difference12);
        y2 = TLanes.MultiplyAdd(sum34, TLanes.All(4), sum12);
        y3 = TLanes.MultiplyAdd(difference34, TLanes.All(8), TLanes.Add(difference12, TLanes.Load(from + 5 * step)));
    }
}

/// <summary>The weights' side of F(4×4, 3×3).</summary>
static class WinogradWeights
{
    static readonly double[,] G =
    {
        { 1 / 4.0, 0, 0 }, { -1 / 6.0, -1 / 6.0, -1 / 6.0 }, { -1 / 6.0, 1 / 6.0, -1 / 6.0 },
        { 1 / 24.0, 1 / 12.0, 1 / 6.0 }, { 1 / 24.0, -1 / 12.0, 1 / 6.0 }, { 0, 0, 1 },
    };

    /// <summary>G g Gᵀ of one 3×3 kernel, in 64-bit floats.</summary>
    public static void Transform(ReadOnlySpan<float> kernel, Span<double> transformed)
    {
        for (int i = 0; i < 6; i++)
        {
            for (int j = 0; j < 6; j++)
            {
                double sum = 0;
                for (int tap = 0; tap < 9; tap++)
                    sum += G[i, tap / 3] * kernel[tap] * G[j, tap % 3];
                transformed[i * 6 + j] = sum;
            }
        }
    }
}
