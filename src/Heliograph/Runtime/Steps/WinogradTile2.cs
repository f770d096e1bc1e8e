using System.Runtime.CompilerServices;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>F(2×2, 3×3) at the points 0, ±1 and ∞: 16 multiplications instead of 36, and less than half of F(4×4)'s weights.</summary>
readonly unsafe struct WinogradTile2<TLanes, TVector> : IWinogradTile
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    public static int Size => 2;

    public static ReadOnlySpan<double> Kernel =>
    [
        1, 0, 0,
        0.5, 0.5, 0.5,
        0.5, -0.5, 0.5,
        0, 0, 1,
    ];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Input(float* from, nint step, float* to, nint toStep)
    {
        TVector d0 = TLanes.Load(from), d1 = TLanes.Load(from + step), d2 = TLanes.Load(from + 2 * step), d3 = TLanes.Load(from + 3 * step);
        TLanes.Store(TLanes.Subtract(d0, d2), to);
        TLanes.Store(TLanes.Add(d1, d2), to + toStep);
        TLanes.Store(TLanes.Subtract(d2, d1), to + 2 * toStep);
        TLanes.Store(TLanes.Subtract(d3, d1), to + 3 * toStep);
    }

    public static void Put(float* from, nint step, float* half, in Epilogue epilogue, float* to, nint row, nint pixel, int rows, int columns)
    {
        var finish = new Finish<TLanes, TVector>(epilogue);
        Columns(from, step, half);
        for (int y = 0; y < rows; y++, half += 4 * TLanes.Count, to += row)
        {
            Output(half, TLanes.Count, out var y0, out var y1);
            finish.Put(y0, to);
            if (columns > 1)
                finish.Put(y1, to + pixel);
        }
    }

    public static void Pool(float* from, nint step, float* half, in Epilogue epilogue, float* to, nint row, nint pixel, int rows, int columns)
    {
        if (rows == 0 || columns == 0)
            return;
        Columns(from, step, half);
        Output(half, TLanes.Count, out var y0, out var y1);
        Output(half + 4 * TLanes.Count, TLanes.Count, out var z0, out var z1);
        new Finish<TLanes, TVector>(epilogue).Put(TLanes.Max(TLanes.Max(y0, y1), TLanes.Max(z0, z1)), to);
    }

    /// <summary>The vertical half: four columns of points to [2][4] vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Columns(float* from, nint step, float* to)
    {
        int n = TLanes.Count;
        for (float* end = to + 4 * n; to < end; to += n, from += step)
        {
            Output(from, 4 * step, out var y0, out var y1);
            TLanes.Store(y0, to);
            TLanes.Store(y1, to + 4 * n);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Output(float* from, nint step, out TVector y0, out TVector y1)
    {
        TVector m1 = TLanes.Load(from + step), m2 = TLanes.Load(from + 2 * step);
        y0 = TLanes.Add(TLanes.Load(from), TLanes.Add(m1, m2));
        y1 = TLanes.Add(TLanes.Subtract(m1, m2), TLanes.Load(from + 3 * step));
    }
}
