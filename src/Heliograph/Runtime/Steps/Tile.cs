using System.Runtime.CompilerServices;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>
/// The micro-kernel: 4 rows of A times a panel of B, 1, 2 or 3 vectors wide, the sums in registers. 4 × 3 sums, 3 vectors of B and one value
/// of A spread over a vector fill the 16 registers of AVX2; 12 independent sums hide the latency of multiply-add (4 cycles, two a cycle),
/// and 7 loads for 12 multiply-adds do not saturate the load ports.
/// </summary>
static unsafe class Tile<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Rows of A in a group.</summary>
    public const int Rows = 4;

    /// <summary>Widest panel, in vectors.</summary>
    public const int Widest = 3;

    /// <summary>
    /// Vectors in the next panel when <paramref name="left"/> are left: the widest, but 2 + 2 rather than 3 + 1, whose four sums would wait for
    /// each other. A panel of one vector has its own order of the sums: filters that must be computed as if they were alone have only such panels.
    /// </summary>
    public static int PanelWidth(int left, bool alone = false) => alone ? 1 : left == 4 ? 2 : Math.Min(left, Widest);

    /// <summary>Computes one panel.</summary>
    /// <param name="width">Vectors in the panel.</param>
    /// <param name="work">The matrices.</param>
    public static void Multiply(int width, in TileWork work)
    {
        if (width == 3)
            Multiply3(work);
        else if (width == 2)
            Multiply2(work);
        else
            Multiply1(work);
    }

    static void Multiply3(in TileWork work)
    {
        int n = TLanes.Count;
        var finish = new Finish<TLanes, TVector>(work.Epilogue);
        int* rows = work.Rows, starts = work.Starts, targets = work.Targets;
        for (int group = 0; group < work.Groups; group++, rows += Rows, starts += work.StartsStep, targets += Rows)
        {
            float* b = work.B, ahead = work.Ahead + (nint)group * work.AheadStep;
            float* from0 = work.Start + starts[0], from1 = work.Start + starts[1], from2 = work.Start + starts[2], from3 = work.Start + starts[3];
            TVector s00 = TLanes.Load(from0), s01 = TLanes.Load(from0 + n), s02 = TLanes.Load(from0 + 2 * n);
            TVector s10 = TLanes.Load(from1), s11 = TLanes.Load(from1 + n), s12 = TLanes.Load(from1 + 2 * n);
            TVector s20 = TLanes.Load(from2), s21 = TLanes.Load(from2 + n), s22 = TLanes.Load(from2 + 2 * n);
            TVector s30 = TLanes.Load(from3), s31 = TLanes.Load(from3 + n), s32 = TLanes.Load(from3 + 2 * n);
            for (int segment = 0; segment < work.SegmentCount; segment++)
            {
                float* from = work.A + work.Segments[segment];
                float* a0 = from + rows[0], a1 = from + rows[1], a2 = from + rows[2], a3 = from + rows[3];
                float* end = a0 + work.Depth;
                for (; a0 < end; a0++, a1++, a2++, a3++, b += 3 * n, ahead += 8)
                {
                    TLanes.Prefetch(ahead);
                    TVector b0 = TLanes.Load(b), b1 = TLanes.Load(b + n), b2 = TLanes.Load(b + 2 * n);
                    var value = TLanes.All(*a0);
                    s00 = TLanes.MultiplyAdd(value, b0, s00);
                    s01 = TLanes.MultiplyAdd(value, b1, s01);
                    s02 = TLanes.MultiplyAdd(value, b2, s02);
                    value = TLanes.All(*a1);
                    s10 = TLanes.MultiplyAdd(value, b0, s10);
                    s11 = TLanes.MultiplyAdd(value, b1, s11);
                    s12 = TLanes.MultiplyAdd(value, b2, s12);
                    value = TLanes.All(*a2);
                    s20 = TLanes.MultiplyAdd(value, b0, s20);
                    s21 = TLanes.MultiplyAdd(value, b1, s21);
                    s22 = TLanes.MultiplyAdd(value, b2, s22);
                    value = TLanes.All(*a3);
                    s30 = TLanes.MultiplyAdd(value, b0, s30);
                    s31 = TLanes.MultiplyAdd(value, b1, s31);
                    s32 = TLanes.MultiplyAdd(value, b2, s32);
                }
            }
            Put3(s00, s01, s02, finish, work.C + targets[0]);
            Put3(s10, s11, s12, finish, work.C + targets[1]);
            Put3(s20, s21, s22, finish, work.C + targets[2]);
            Put3(s30, s31, s32, finish, work.C + targets[3]);
        }
    }

    static void Multiply2(in TileWork work)
    {
        int n = TLanes.Count;
        var finish = new Finish<TLanes, TVector>(work.Epilogue);
        int* rows = work.Rows, starts = work.Starts, targets = work.Targets;
        for (int group = 0; group < work.Groups; group++, rows += Rows, starts += work.StartsStep, targets += Rows)
        {
            float* b = work.B, ahead = work.Ahead + (nint)group * work.AheadStep;
            float* from0 = work.Start + starts[0], from1 = work.Start + starts[1], from2 = work.Start + starts[2], from3 = work.Start + starts[3];
            TVector s00 = TLanes.Load(from0), s01 = TLanes.Load(from0 + n), s10 = TLanes.Load(from1), s11 = TLanes.Load(from1 + n);
            TVector s20 = TLanes.Load(from2), s21 = TLanes.Load(from2 + n), s30 = TLanes.Load(from3), s31 = TLanes.Load(from3 + n);
            for (int segment = 0; segment < work.SegmentCount; segment++)
            {
                float* from = work.A + work.Segments[segment];
                float* a0 = from + rows[0], a1 = from + rows[1], a2 = from + rows[2], a3 = from + rows[3];
                float* end = a0 + work.Depth;
                for (; a0 < end; a0++, a1++, a2++, a3++, b += 2 * n, ahead += 8)
                {
                    TLanes.Prefetch(ahead);
                    TVector b0 = TLanes.Load(b), b1 = TLanes.Load(b + n);
                    var value = TLanes.All(*a0);
                    s00 = TLanes.MultiplyAdd(value, b0, s00);
                    s01 = TLanes.MultiplyAdd(value, b1, s01);
                    value = TLanes.All(*a1);
                    s10 = TLanes.MultiplyAdd(value, b0, s10);
                    s11 = TLanes.MultiplyAdd(value, b1, s11);
                    value = TLanes.All(*a2);
                    s20 = TLanes.MultiplyAdd(value, b0, s20);
                    s21 = TLanes.MultiplyAdd(value, b1, s21);
                    value = TLanes.All(*a3);
                    s30 = TLanes.MultiplyAdd(value, b0, s30);
                    s31 = TLanes.MultiplyAdd(value, b1, s31);
                }
            }
            Put2(s00, s01, finish, work.C + targets[0]);
            Put2(s10, s11, finish, work.C + targets[1]);
            Put2(s20, s21, finish, work.C + targets[2]);
            Put2(s30, s31, finish, work.C + targets[3]);
        }
    }

    static void Multiply1(in TileWork work)
    {
        int n = TLanes.Count;
        var finish = new Finish<TLanes, TVector>(work.Epilogue);
        int* rows = work.Rows, starts = work.Starts, targets = work.Targets;
        for (int group = 0; group < work.Groups; group++, rows += Rows, starts += work.StartsStep, targets += Rows)
        {
            float* b = work.B, ahead = work.Ahead + (nint)group * work.AheadStep;
            TVector s0 = TLanes.Load(work.Start + starts[0]), s1 = TLanes.Load(work.Start + starts[1]);
            TVector s2 = TLanes.Load(work.Start + starts[2]), s3 = TLanes.Load(work.Start + starts[3]);
            // Four sums alone would wait for each other: every other row of B has its own.
            TVector t0 = TLanes.All(0), t1 = t0, t2 = t0, t3 = t0;
            for (int segment = 0; segment < work.SegmentCount; segment++)
            {
                float* from = work.A + work.Segments[segment];
                float* a0 = from + rows[0], a1 = from + rows[1], a2 = from + rows[2], a3 = from + rows[3];
                for (float* end = a0 + (work.Depth & ~1); a0 < end; a0 += 2, a1 += 2, a2 += 2, a3 += 2, b += 2 * n, ahead += 16)
                {
                    TLanes.Prefetch(ahead);
                    var column = TLanes.Load(b);
                    s0 = TLanes.MultiplyAdd(TLanes.All(*a0), column, s0);
                    s1 = TLanes.MultiplyAdd(TLanes.All(*a1), column, s1);
                    s2 = TLanes.MultiplyAdd(TLanes.All(*a2), column, s2);
                    s3 = TLanes.MultiplyAdd(TLanes.All(*a3), column, s3);
                    column = TLanes.Load(b + n);
                    t0 = TLanes.MultiplyAdd(TLanes.All(a0[1]), column, t0);
                    t1 = TLanes.MultiplyAdd(TLanes.All(a1[1]), column, t1);
                    t2 = TLanes.MultiplyAdd(TLanes.All(a2[1]), column, t2);
                    t3 = TLanes.MultiplyAdd(TLanes.All(a3[1]), column, t3);
                }
                if ((work.Depth & 1) != 0)
                {
                    var column = TLanes.Load(b);
                    s0 = TLanes.MultiplyAdd(TLanes.All(*a0), column, s0);
                    s1 = TLanes.MultiplyAdd(TLanes.All(*a1), column, s1);
                    s2 = TLanes.MultiplyAdd(TLanes.All(*a2), column, s2);
                    s3 = TLanes.MultiplyAdd(TLanes.All(*a3), column, s3);
                    b += n;
                }
            }
            finish.Put(TLanes.Add(s0, t0), work.C + targets[0]);
            finish.Put(TLanes.Add(s1, t1), work.C + targets[1]);
            finish.Put(TLanes.Add(s2, t2), work.C + targets[2]);
            finish.Put(TLanes.Add(s3, t3), work.C + targets[3]);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put3(TVector x, TVector y, TVector z, in Finish<TLanes, TVector> finish, float* to)
    {
        finish.Put(x, to);
        finish.Put(y, to + TLanes.Count);
        finish.Put(z, to + 2 * TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Put2(TVector x, TVector y, in Finish<TLanes, TVector> finish, float* to)
    {
        finish.Put(x, to);
        finish.Put(y, to + TLanes.Count);
    }
}
