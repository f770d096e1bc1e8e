using System.Runtime.CompilerServices;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Training.Convolutions;

/// <summary>
/// How matrices lie: R rows and any number of columns as [columns/16][R][16], padded with zeros, so that every load of a product is contiguous.
/// </summary>
static class Panel
{
    /// <summary>Columns of a panel.</summary>
    public const int Width = 16;

    /// <summary>Rows that the inner loop of a product takes at once: rows of its first factor are padded to a multiple.</summary>
    public const int Rows = 6;

    /// <summary>Panels of so many columns.</summary>
    public static int Count(int columns) => (columns + Width - 1) / Width;

    /// <summary>Floats to a block of 16 rows and 16 columns of a matrix in panels.</summary>
    public static nint Block(int rowPanel, int columnPanel, int rowPanels) => ((nint)columnPanel * rowPanels + rowPanel) * Width * Width;

    /// <summary>The next multiple of <see cref="Rows"/>.</summary>
    public static int Padded(int rows) => (rows + Rows - 1) / Rows * Rows;
}

/// <summary>
/// Matrix products on panels, 6 rows × 2 vectors of sums at once: of one panel where a vector has 8 lanes, of two where it has 16. 12 sums hide the
/// latency of a multiply-add; with two vectors and one value spread over a vector they fill the 16 registers of AVX2.
/// </summary>
static unsafe class PanelProduct<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    const int Width = Panel.Width, Rows = Panel.Rows;

    // Of the sum over columns of a: 16 KiB of b stay in the first level of the cache, 128 or 256 KiB of a in the second.
    const int DepthPanels = 16, RowBlock = 252;

    // Of the sum over rows: panels of 12 KiB.
    const int SumBlock = 192;

    // Panels of columns that two vectors cover.
    static int PairPanels => 2 * TLanes.Count / Width;

    /// <summary>c = a·b. a: [rows × depth], b: [depth × columns], c: [rows × columns], all in panels.</summary>
    /// <param name="a">rows · depth values.</param>
    /// <param name="rows">A multiple of <see cref="Panel.Rows"/>.</param>
    /// <param name="depthPanels">depth/16.</param>
    /// <param name="b">depth · columns values.</param>
    /// <param name="columnPanels">columns/16.</param>
    /// <param name="c">rows · columns values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Multiply(float* a, int rows, int depthPanels, float* b, int columnPanels, float* c)
    {
        nint aPanel = (nint)rows * Width, bPanel = (nint)depthPanels * Width * Width;
        int pair = PairPanels, depthBlock = DepthPanels / pair;
        for (int depth = 0; depth < depthPanels; depth += depthBlock)
        {
            int depths = Math.Min(depthBlock, depthPanels - depth), lines = depths * Width;
            for (int block = 0; block < rows; block += RowBlock)
            {
                int end = Math.Min(block + RowBlock, rows), steps = (end - block) / Rows, linesOfAStep = (lines + steps - 1) / steps;
                for (int column = 0; column < columnPanels; column += pair)
                {
                    int left = columnPanels - column;
                    float* panel = b + column * bPanel + (nint)depth * Width * Width;
                    float* next = left > pair ? panel + pair * bPanel : b + (nint)(depth + depthBlock) * Width * Width;
                    for (int step = 0, line = 0; step < steps; step++)
                    {
                        // What comes next of b, some cache lines a step.
                        for (int stop = Math.Min(line + linesOfAStep, lines); line < stop; line++)
                        {
                            for (int i = 0; i < pair; i++)
                                TLanes.Prefetch(next + i * bPanel + (nint)line * Width);
                        }
                        nint row = (nint)(block + step * Rows) * Width;
                        Six<AlongRow>(a + depth * aPanel + row, aPanel, depths, Width, panel, Second(left, bPanel), c + column * aPanel + row,
                            Second(left, aPanel), depth > 0);
                    }
                }
            }
        }
    }

    /// <summary>c += aᵀ·b. a: [rows × m], b: [rows × n], c: [m × n], all in panels.</summary>
    /// <param name="a">The first factor.</param>
    /// <param name="b">The second factor.</param>
    /// <param name="rows">Rows of both that are summed.</param>
    /// <param name="panelRows">Rows of both that a panel holds.</param>
    /// <param name="aPanels">m/16.</param>
    /// <param name="bPanels">n/16.</param>
    /// <param name="c">m · n values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void MultiplyTransposed(float* a, float* b, int rows, int panelRows, int aPanels, int bPanels, float* c)
    {
        nint panel = (nint)panelRows * Width, cPanel = (nint)aPanels * Width * Width;
        int pair = PairPanels;
        for (int block = 0; block < rows; block += SumBlock)
        {
            int count = Math.Min(SumBlock, rows - block);
            for (int i = 0; i < aPanels; i++)
            {
                float* from = a + i * panel + (nint)block * Width;
                for (int j = 0; j < bPanels; j += pair)
                {
                    nint second = Second(bPanels - j, panel), cSecond = Second(bPanels - j, cPanel);
                    float* with = b + j * panel + (nint)block * Width;
                    float* to = c + j * cPanel + (nint)i * Width * Width;
                    Six<DownColumn>(from, 0, 1, count, with, second, to, cSecond, true);
                    Six<DownColumn>(from + 6, 0, 1, count, with, second, to + 6 * Width, cSecond, true);
                    Four(from + 12, count, with, second, to + 12 * Width, cSecond);
                }
            }
        }
    }

    // Floats to the second vector: in the same panel, or in the next. Where there is none, the last panel is computed twice.
    static nint Second(int panelsLeft, nint panel) => PairPanels == 1 ? TLanes.Count : panelsLeft > 1 ? panel : 0;

    interface ISteps
    {
        /// <summary>Floats from one of the six values to the next.</summary>
        static abstract int Across { get; }

        /// <summary>Floats from the six values of one term of the sum to those of the next.</summary>
        static abstract int Along { get; }
    }

    readonly struct AlongRow : ISteps
    {
        public static int Across => Width;

        public static int Along => 1;
    }

    readonly struct DownColumn : ISteps
    {
        public static int Across => 1;

        public static int Along => Width;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Six<TSteps>(float* a, nint aPanel, int panels, int terms, float* b, nint second, float* c, nint cSecond, bool add) where TSteps : struct, ISteps
    {
        TVector s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default;
        TVector s30 = default, s31 = default, s40 = default, s41 = default, s50 = default, s51 = default;
        float* c1 = c + cSecond;
        if (add)
        {
            (s00, s01) = (TLanes.Load(c), TLanes.Load(c1));
            (s10, s11) = (TLanes.Load(c + Width), TLanes.Load(c1 + Width));
            (s20, s21) = (TLanes.Load(c + 2 * Width), TLanes.Load(c1 + 2 * Width));
            (s30, s31) = (TLanes.Load(c + 3 * Width), TLanes.Load(c1 + 3 * Width));
            (s40, s41) = (TLanes.Load(c + 4 * Width), TLanes.Load(c1 + 4 * Width));
            (s50, s51) = (TLanes.Load(c + 5 * Width), TLanes.Load(c1 + 5 * Width));
        }
        for (int panel = 0; panel < panels; panel++, a += aPanel)
        {
            float* from = a;
            for (float* end = b + terms * Width; b < end; b += Width, from += TSteps.Along)
            {
                TVector b0 = TLanes.Load(b), b1 = TLanes.Load(b + second);
                var value = TLanes.All(*from);
                s00 = TLanes.MultiplyAdd(value, b0, s00);
                s01 = TLanes.MultiplyAdd(value, b1, s01);
                value = TLanes.All(from[TSteps.Across]);
                s10 = TLanes.MultiplyAdd(value, b0, s10);
                s11 = TLanes.MultiplyAdd(value, b1, s11);
                value = TLanes.All(from[2 * TSteps.Across]);
                s20 = TLanes.MultiplyAdd(value, b0, s20);
                s21 = TLanes.MultiplyAdd(value, b1, s21);
                value = TLanes.All(from[3 * TSteps.Across]);
                s30 = TLanes.MultiplyAdd(value, b0, s30);
                s31 = TLanes.MultiplyAdd(value, b1, s31);
                value = TLanes.All(from[4 * TSteps.Across]);
                s40 = TLanes.MultiplyAdd(value, b0, s40);
                s41 = TLanes.MultiplyAdd(value, b1, s41);
                value = TLanes.All(from[5 * TSteps.Across]);
                s50 = TLanes.MultiplyAdd(value, b0, s50);
                s51 = TLanes.MultiplyAdd(value, b1, s51);
            }
        }
        Store(s00, s01, c, c1);
        Store(s10, s11, c + Width, c1 + Width);
        Store(s20, s21, c + 2 * Width, c1 + 2 * Width);
        Store(s30, s31, c + 3 * Width, c1 + 3 * Width);
        Store(s40, s41, c + 4 * Width, c1 + 4 * Width);
        Store(s50, s51, c + 5 * Width, c1 + 5 * Width);
    }

    // The four columns that are left of a panel of 16 after twice six.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Four(float* a, int terms, float* b, nint second, float* c, nint cSecond)
    {
        float* c1 = c + cSecond;
        TVector s00 = TLanes.Load(c), s01 = TLanes.Load(c1), s10 = TLanes.Load(c + Width), s11 = TLanes.Load(c1 + Width);
        TVector s20 = TLanes.Load(c + 2 * Width), s21 = TLanes.Load(c1 + 2 * Width), s30 = TLanes.Load(c + 3 * Width), s31 = TLanes.Load(c1 + 3 * Width);
        for (float* end = b + terms * Width; b < end; b += Width, a += Width)
        {
            TVector b0 = TLanes.Load(b), b1 = TLanes.Load(b + second);
            var value = TLanes.All(*a);
            s00 = TLanes.MultiplyAdd(value, b0, s00);
            s01 = TLanes.MultiplyAdd(value, b1, s01);
            value = TLanes.All(a[1]);
            s10 = TLanes.MultiplyAdd(value, b0, s10);
            s11 = TLanes.MultiplyAdd(value, b1, s11);
            value = TLanes.All(a[2]);
            s20 = TLanes.MultiplyAdd(value, b0, s20);
            s21 = TLanes.MultiplyAdd(value, b1, s21);
            value = TLanes.All(a[3]);
            s30 = TLanes.MultiplyAdd(value, b0, s30);
            s31 = TLanes.MultiplyAdd(value, b1, s31);
        }
        Store(s00, s01, c, c1);
        Store(s10, s11, c + Width, c1 + Width);
        Store(s20, s21, c + 2 * Width, c1 + 2 * Width);
        Store(s30, s31, c + 3 * Width, c1 + 3 * Width);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static void Store(TVector first, TVector second, float* c, float* c1)
    {
        TLanes.Store(first, c);
        TLanes.Store(second, c1);
    }
}
