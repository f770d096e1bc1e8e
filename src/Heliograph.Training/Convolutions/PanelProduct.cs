using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Heliograph.Training.Convolutions;

/// <summary>
/// Matrix products on panels: a matrix of R rows and any number of columns lies as [columns/16][R][16], padded with zeros, so that every load of
/// the inner loops is contiguous. 6 × 16 sums, two vectors and one value spread over a vector fill the 16 registers of AVX2.
/// </summary>
static unsafe class PanelProduct
{
    /// <summary>Columns of a panel.</summary>
    public const int Width = 16;

    /// <summary>Rows that the inner loop takes at once: rows of <c>a</c> are padded to a multiple.</summary>
    public const int Rows = 6;

    // 16 KiB of a panel of b, and 256 KiB of a, stay in the first and second level of the cache.
    const int DepthPanels = 16, RowBlock = 252;

    // Of the sum over rows: two panels of 12 KiB.
    const int SumBlock = 192;

    /// <summary>Panels of so many columns.</summary>
    public static int Panels(int columns) => (columns + Width - 1) / Width;

    /// <summary>Floats to a block of 16 rows and 16 columns of a matrix in panels.</summary>
    public static nint Block(int rowPanel, int columnPanel, int rowPanels) => ((nint)columnPanel * rowPanels + rowPanel) * Width * Width;

    /// <summary>The next multiple of <see cref="Rows"/>.</summary>
    public static int Padded(int rows) => (rows + Rows - 1) / Rows * Rows;

    /// <summary>c = a·b, or c += a·b. a: [rows × depth], b: [depth × columns], c: [rows × columns], all in panels.</summary>
    /// <param name="a">rows · depth values.</param>
    /// <param name="rows">A multiple of <see cref="Rows"/>.</param>
    /// <param name="depthPanels">depth/16.</param>
    /// <param name="b">depth · columns values.</param>
    /// <param name="columnPanels">columns/16.</param>
    /// <param name="c">rows · columns values.</param>
    /// <param name="add">Whether the product is added to what c holds.</param>
    public static void Multiply(float* a, int rows, int depthPanels, float* b, int columnPanels, float* c, bool add = false)
    {
        nint aPanel = (nint)rows * Width, bPanel = (nint)depthPanels * Width * Width;
        for (int depth = 0; depth < depthPanels; depth += DepthPanels)
        {
            int depths = Math.Min(DepthPanels, depthPanels - depth);
            for (int block = 0; block < rows; block += RowBlock)
            {
                int end = Math.Min(block + RowBlock, rows);
                for (int column = 0; column < columnPanels; column++)
                {
                    float* panel = b + column * bPanel + (nint)depth * Width * Width;
                    for (int row = block; row < end; row += Rows)
                    {
                        Six<AlongRow>(a + depth * aPanel + (nint)row * Width, aPanel, depths, Width, panel, c + column * aPanel + (nint)row * Width,
                            add || depth > 0);
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
    public static void MultiplyTransposed(float* a, float* b, int rows, int panelRows, int aPanels, int bPanels, float* c)
    {
        nint panel = (nint)panelRows * Width;
        for (int block = 0; block < rows; block += SumBlock)
        {
            int count = Math.Min(SumBlock, rows - block);
            for (int i = 0; i < aPanels; i++)
            {
                float* from = a + i * panel + (nint)block * Width;
                for (int j = 0; j < bPanels; j++)
                {
                    float* with = b + j * panel + (nint)block * Width;
                    float* to = c + ((nint)j * aPanels + i) * Width * Width;
                    Six<DownColumn>(from, 0, 1, count, with, to, true);
                    Six<DownColumn>(from + 6, 0, 1, count, with, to + 6 * Width, true);
                    Four(from + 12, count, with, to + 12 * Width);
                }
            }
        }
    }

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

    static void Six<TSteps>(float* a, nint aPanel, int panels, int terms, float* b, float* c, bool add) where TSteps : struct, ISteps
    {
        Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default;
        Vector256<float> s30 = default, s31 = default, s40 = default, s41 = default, s50 = default, s51 = default;
        if (add)
        {
            (s00, s01) = (Vector256.Load(c), Vector256.Load(c + 8));
            (s10, s11) = (Vector256.Load(c + 16), Vector256.Load(c + 24));
            (s20, s21) = (Vector256.Load(c + 32), Vector256.Load(c + 40));
            (s30, s31) = (Vector256.Load(c + 48), Vector256.Load(c + 56));
            (s40, s41) = (Vector256.Load(c + 64), Vector256.Load(c + 72));
            (s50, s51) = (Vector256.Load(c + 80), Vector256.Load(c + 88));
        }
        for (int panel = 0; panel < panels; panel++, a += aPanel)
        {
            float* from = a;
            for (float* end = b + terms * Width; b < end; b += Width, from += TSteps.Along)
            {
                Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 8);
                var value = Vector256.Create(*from);
                s00 = MultiplyAdd(value, b0, s00);
                s01 = MultiplyAdd(value, b1, s01);
                value = Vector256.Create(from[TSteps.Across]);
                s10 = MultiplyAdd(value, b0, s10);
                s11 = MultiplyAdd(value, b1, s11);
                value = Vector256.Create(from[2 * TSteps.Across]);
                s20 = MultiplyAdd(value, b0, s20);
                s21 = MultiplyAdd(value, b1, s21);
                value = Vector256.Create(from[3 * TSteps.Across]);
                s30 = MultiplyAdd(value, b0, s30);
                s31 = MultiplyAdd(value, b1, s31);
                value = Vector256.Create(from[4 * TSteps.Across]);
                s40 = MultiplyAdd(value, b0, s40);
                s41 = MultiplyAdd(value, b1, s41);
                value = Vector256.Create(from[5 * TSteps.Across]);
                s50 = MultiplyAdd(value, b0, s50);
                s51 = MultiplyAdd(value, b1, s51);
            }
        }
        s00.Store(c);
        s01.Store(c + 8);
        s10.Store(c + 16);
        s11.Store(c + 24);
        s20.Store(c + 32);
        s21.Store(c + 40);
        s30.Store(c + 48);
        s31.Store(c + 56);
        s40.Store(c + 64);
        s41.Store(c + 72);
        s50.Store(c + 80);
        s51.Store(c + 88);
    }

    // The four columns that are left of a panel of 16 after twice six.
    static void Four(float* a, int terms, float* b, float* c)
    {
        Vector256<float> s00 = Vector256.Load(c), s01 = Vector256.Load(c + 8), s10 = Vector256.Load(c + 16), s11 = Vector256.Load(c + 24);
        Vector256<float> s20 = Vector256.Load(c + 32), s21 = Vector256.Load(c + 40), s30 = Vector256.Load(c + 48), s31 = Vector256.Load(c + 56);
        for (float* end = b + terms * Width; b < end; b += Width, a += Width)
        {
            Vector256<float> b0 = Vector256.Load(b), b1 = Vector256.Load(b + 8);
            var value = Vector256.Create(*a);
            s00 = MultiplyAdd(value, b0, s00);
            s01 = MultiplyAdd(value, b1, s01);
            value = Vector256.Create(a[1]);
            s10 = MultiplyAdd(value, b0, s10);
            s11 = MultiplyAdd(value, b1, s11);
            value = Vector256.Create(a[2]);
            s20 = MultiplyAdd(value, b0, s20);
            s21 = MultiplyAdd(value, b1, s21);
            value = Vector256.Create(a[3]);
            s30 = MultiplyAdd(value, b0, s30);
            s31 = MultiplyAdd(value, b1, s31);
        }
        s00.Store(c);
        s01.Store(c + 8);
        s10.Store(c + 16);
        s11.Store(c + 24);
        s20.Store(c + 32);
        s21.Store(c + 40);
        s30.Store(c + 48);
        s31.Store(c + 56);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> c) => Vector256.MultiplyAddEstimate(a, b, c);
}
