using System.Runtime.CompilerServices;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>F(4×4, 3×3) at the points 0, ±1, ±2 and ∞: 36 multiplications instead of 144.</summary>
readonly unsafe struct WinogradTile4<TLanes, TVector> : IWinogradTile
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    public static int Size => 4;

    public static ReadOnlySpan<double> Kernel =>
    [
        1 / 4.0, 0, 0,
        -1 / 6.0, -1 / 6.0, -1 / 6.0,
        -1 / 6.0, 1 / 6.0, -1 / 6.0,
        1 / 24.0, 1 / 12.0, 1 / 6.0,
        1 / 24.0, -1 / 12.0, 1 / 6.0,
        0, 0, 1,
    ];

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

    public static void Put(float* from, nint step, float* half, in Epilogue epilogue, float* to, nint row, nint pixel, int rows, int columns)
    {
        Columns(from, step, half);
        PutRows(half, epilogue, to, row, pixel, rows, columns);
    }

    /// <summary>The horizontal half: [4][6] vectors to pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PutRows(float* half, in Epilogue epilogue, float* to, nint row, nint pixel, int rows, int columns)
    {
        var finish = new Finish<TLanes, TVector>(epilogue);
        for (int y = 0; y < rows; y++, half += 6 * TLanes.Count, to += row)
        {
            Output(half, TLanes.Count, out var y0, out var y1, out var y2, out var y3);
            finish.Put(y0, to);
            if (columns > 1)
                finish.Put(y1, to + pixel);
            if (columns > 2)
                finish.Put(y2, to + 2 * pixel);
            if (columns > 3)
                finish.Put(y3, to + 3 * pixel);
        }
    }

    public static void Pool(float* from, nint step, float* half, in Epilogue epilogue, float* to, nint row, nint pixel, int rows, int columns)
    {
        var finish = new Finish<TLanes, TVector>(epilogue);
        Columns(from, step, half);
        for (int y = 0; y < rows; y++, half += 12 * TLanes.Count, to += row)
        {
            Output(half, TLanes.Count, out var y0, out var y1, out var y2, out var y3);
            Output(half + 6 * TLanes.Count, TLanes.Count, out var z0, out var z1, out var z2, out var z3);
            if (columns > 0)
                finish.Put(TLanes.Max(TLanes.Max(y0, y1), TLanes.Max(z0, z1)), to);
            if (columns > 1)
                finish.Put(TLanes.Max(TLanes.Max(y2, y3), TLanes.Max(z2, z3)), to + pixel);
        }
    }

    /// <summary>The vertical half: six columns of points to [4][6] vectors.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Columns(float* from, nint step, float* to)
    {
        nint row = 6 * step;
        for (float* end = to + 6 * TLanes.Count; to < end; to += TLanes.Count, from += step)
        {
            float* third = from + 2 * row;
            PutColumn(TLanes.Load(from), TLanes.Load(from + row), TLanes.Load(third), TLanes.Load(third + row), TLanes.Load(third + 2 * row),
                TLanes.Load(third + 3 * row), to);
        }
    }

    /// <summary>One column of the vertical half: six points to four vectors, six vectors apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void PutColumn(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5, float* to)
    {
        Output(m0, m1, m2, m3, m4, m5, out var y0, out var y1, out var y2, out var y3);
        TLanes.Store(y0, to);
        TLanes.Store(y1, to + 6 * TLanes.Count);
        TLanes.Store(y2, to + 12 * TLanes.Count);
        TLanes.Store(y3, to + 18 * TLanes.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Output(float* from, nint step, out TVector y0, out TVector y1, out TVector y2, out TVector y3) =>
        Output(TLanes.Load(from), TLanes.Load(from + step), TLanes.Load(from + 2 * step), TLanes.Load(from + 3 * step), TLanes.Load(from + 4 * step),
            TLanes.Load(from + 5 * step), out y0, out y1, out y2, out y3);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Output(TVector m0, TVector m1, TVector m2, TVector m3, TVector m4, TVector m5,
        out TVector y0, out TVector y1, out TVector y2, out TVector y3)
    {
        TVector sum12 = TLanes.Add(m1, m2), difference12 = TLanes.Subtract(m1, m2), sum34 = TLanes.Add(m3, m4), difference34 = TLanes.Subtract(m3, m4);
        y0 = TLanes.Add(TLanes.Add(m0, sum12), sum34);
        y1 = TLanes.MultiplyAdd(difference34, TLanes.All(2), difference12);
        y2 = TLanes.MultiplyAdd(sum34, TLanes.All(4), sum12);
        y3 = TLanes.MultiplyAdd(difference34, TLanes.All(8), TLanes.Add(difference12, m5));
    }
}
