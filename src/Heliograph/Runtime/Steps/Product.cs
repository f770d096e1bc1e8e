using System.Runtime.CompilerServices;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>
/// The micro-kernel of plain products: C = A·B for any multiple of 4 rows of A and a panel of B that is 1, 2 or 3 vectors wide,
/// four rows at a time with the sums in registers (see <see cref="Tile{TLanes, TVector}"/> for why 4 × 3), eight with a single vector. The
/// panel after a wide B is prefetched meanwhile, spread over all rows.
/// </summary>
static unsafe class Product<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Computes one panel of every point.</summary>
    /// <param name="width">Vectors in the panel.</param>
    /// <param name="work">The matrices.</param>
    public static void Multiply(int width, in ProductWork work)
    {
        for (int point = 0; point < work.Points; point++)
        {
            float* a = work.A + point * work.AStep, b = work.B + point * work.Depth * width * TLanes.Count;
            float* start = point == work.BiasPoint ? work.Bias : work.Zeros, c = work.C + point * work.CStep;
            if (width == 3)
                Multiply3(a, b, start, c, work);
            else if (width == 2)
                Multiply2(a, b, start, c, work);
            else
                Multiply1(a, b, start, c, work);
        }
    }

    static void Multiply3(float* a, float* b, float* start, float* c, in ProductWork work)
    {
        int n = TLanes.Count;
        nint stride = work.Stride, depth = work.Depth, pace = Math.Max(1, 4 * 3 * n / work.Rows);
        float* ahead = b + depth * 3 * n;
        for (float* rowsEnd = a + work.Rows * stride; a < rowsEnd; a += 4 * stride, c += 12 * n)
        {
            TVector s00 = TLanes.Load(start), s01 = TLanes.Load(start + n), s02 = TLanes.Load(start + 2 * n);
            TVector s10 = s00, s11 = s01, s12 = s02, s20 = s00, s21 = s01, s22 = s02, s30 = s00, s31 = s01, s32 = s02;
            float* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, row = b;
            for (nint k = 0; k < depth; k++, row += 3 * n, ahead += pace)
            {
                TLanes.Prefetch(ahead);
                TVector b0 = TLanes.Load(row), b1 = TLanes.Load(row + n), b2 = TLanes.Load(row + 2 * n);
                var value = TLanes.All(a[k]);
                s00 = TLanes.MultiplyAdd(value, b0, s00);
                s01 = TLanes.MultiplyAdd(value, b1, s01);
                s02 = TLanes.MultiplyAdd(value, b2, s02);
                value = TLanes.All(a1[k]);
                s10 = TLanes.MultiplyAdd(value, b0, s10);
                s11 = TLanes.MultiplyAdd(value, b1, s11);
                s12 = TLanes.MultiplyAdd(value, b2, s12);
                value = TLanes.All(a2[k]);
                s20 = TLanes.MultiplyAdd(value, b0, s20);
                s21 = TLanes.MultiplyAdd(value, b1, s21);
                s22 = TLanes.MultiplyAdd(value, b2, s22);
                value = TLanes.All(a3[k]);
                s30 = TLanes.MultiplyAdd(value, b0, s30);
                s31 = TLanes.MultiplyAdd(value, b1, s31);
                s32 = TLanes.MultiplyAdd(value, b2, s32);
            }
            TLanes.Store(s00, c);
            TLanes.Store(s01, c + n);
            TLanes.Store(s02, c + 2 * n);
            TLanes.Store(s10, c + 3 * n);
            TLanes.Store(s11, c + 4 * n);
            TLanes.Store(s12, c + 5 * n);
            TLanes.Store(s20, c + 6 * n);
            TLanes.Store(s21, c + 7 * n);
            TLanes.Store(s22, c + 8 * n);
            TLanes.Store(s30, c + 9 * n);
            TLanes.Store(s31, c + 10 * n);
            TLanes.Store(s32, c + 11 * n);
        }
    }

    static void Multiply2(float* a, float* b, float* start, float* c, in ProductWork work)
    {
        int n = TLanes.Count;
        nint stride = work.Stride, depth = work.Depth, pace = Math.Max(1, 4 * 2 * n / work.Rows);
        float* ahead = b + depth * 2 * n;
        for (float* rowsEnd = a + work.Rows * stride; a < rowsEnd; a += 4 * stride, c += 8 * n)
        {
            TVector s00 = TLanes.Load(start), s01 = TLanes.Load(start + n);
            TVector s10 = s00, s11 = s01, s20 = s00, s21 = s01, s30 = s00, s31 = s01;
            float* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, row = b;
            for (nint k = 0; k < depth; k++, row += 2 * n, ahead += pace)
            {
                TLanes.Prefetch(ahead);
                TVector b0 = TLanes.Load(row), b1 = TLanes.Load(row + n);
                var value = TLanes.All(a[k]);
                s00 = TLanes.MultiplyAdd(value, b0, s00);
                s01 = TLanes.MultiplyAdd(value, b1, s01);
                value = TLanes.All(a1[k]);
                s10 = TLanes.MultiplyAdd(value, b0, s10);
                s11 = TLanes.MultiplyAdd(value, b1, s11);
                value = TLanes.All(a2[k]);
                s20 = TLanes.MultiplyAdd(value, b0, s20);
                s21 = TLanes.MultiplyAdd(value, b1, s21);
                value = TLanes.All(a3[k]);
                s30 = TLanes.MultiplyAdd(value, b0, s30);
                s31 = TLanes.MultiplyAdd(value, b1, s31);
            }
            TLanes.Store(s00, c);
            TLanes.Store(s01, c + n);
            TLanes.Store(s10, c + 2 * n);
            TLanes.Store(s11, c + 3 * n);
            TLanes.Store(s20, c + 4 * n);
            TLanes.Store(s21, c + 5 * n);
            TLanes.Store(s30, c + 6 * n);
            TLanes.Store(s31, c + 7 * n);
        }
    }

    /// <summary>Eight rows at a time as long as there are enough: four sums alone would wait for each other.</summary>
    static void Multiply1(float* a, float* b, float* start, float* c, in ProductWork work)
    {
        int n = TLanes.Count;
        nint depth = work.Depth, a1 = work.Stride, a2 = 2 * a1, a3 = 3 * a1;
        int rows = work.Rows;
        for (; rows >= 8; rows -= 8, a += 8 * a1, c += 8 * n)
        {
            var s0 = TLanes.Load(start);
            TVector s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
            float* low = a, high = a + 4 * a1, row = b;
            for (float* end = low + depth; low < end; low++, high++, row += n)
            {
                var column = TLanes.Load(row);
                s0 = TLanes.MultiplyAdd(TLanes.All(*low), column, s0);
                s1 = TLanes.MultiplyAdd(TLanes.All(low[a1]), column, s1);
                s2 = TLanes.MultiplyAdd(TLanes.All(low[a2]), column, s2);
                s3 = TLanes.MultiplyAdd(TLanes.All(low[a3]), column, s3);
                s4 = TLanes.MultiplyAdd(TLanes.All(*high), column, s4);
                s5 = TLanes.MultiplyAdd(TLanes.All(high[a1]), column, s5);
                s6 = TLanes.MultiplyAdd(TLanes.All(high[a2]), column, s6);
                s7 = TLanes.MultiplyAdd(TLanes.All(high[a3]), column, s7);
            }
            Put(s0, s1, s2, s3, c);
            Put(s4, s5, s6, s7, c + 4 * n);
        }
        if (rows > 0)
        {
            var s0 = TLanes.Load(start);
            TVector s1 = s0, s2 = s0, s3 = s0;
            float* row = b;
            for (float* end = a + depth; a < end; a++, row += n)
            {
                var column = TLanes.Load(row);
                s0 = TLanes.MultiplyAdd(TLanes.All(*a), column, s0);
                s1 = TLanes.MultiplyAdd(TLanes.All(a[a1]), column, s1);
                s2 = TLanes.MultiplyAdd(TLanes.All(a[a2]), column, s2);
                s3 = TLanes.MultiplyAdd(TLanes.All(a[a3]), column, s3);
            }
            Put(s0, s1, s2, s3, c);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put(TVector s0, TVector s1, TVector s2, TVector s3, float* c)
    {
        TLanes.Store(s0, c);
        TLanes.Store(s1, c + TLanes.Count);
        TLanes.Store(s2, c + 2 * TLanes.Count);
        TLanes.Store(s3, c + 3 * TLanes.Count);
    }
}
