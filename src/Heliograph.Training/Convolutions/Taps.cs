using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Heliograph.Runtime.Lanes;
using Heliograph.Training.Torch;

namespace Heliograph.Training.Convolutions;

/// <summary>Sizes of a batch of maps [images][height][width][channels] that a 3×3 convolution of padding 1 takes to as many of some filters.</summary>
readonly record struct MapSizes(int Images, int Height, int Width, int Channels, int Filters);

/// <summary>Where the weights of a 3×3 convolution lie: 9 taps, each a matrix of rows and columns; the steps are floats.</summary>
readonly unsafe record struct Taps(nint Address, nint TapStep, nint RowStep, nint ColumnStep)
{
    /// <summary>Taps of a convolution.</summary>
    public const int Count = 9;

    const int Width = Panel.Width, Octet = 8;

    /// <summary>The same taps, the last first.</summary>
    public Taps Reversed => this with { Address = Address + (Count - 1) * TapStep * sizeof(float), TapStep = -TapStep };

    /// <summary>Rows and columns exchanged.</summary>
    public Taps Transposed => this with { RowStep = ColumnStep, ColumnStep = RowStep };

    /// <summary>Copies a block of 16 rows and 16 columns of each tap to [tap][row][16], with zeros beyond the last row and column.</summary>
    /// <param name="row">The first row.</param>
    /// <param name="rows">Rows of the matrix.</param>
    /// <param name="column">The first column.</param>
    /// <param name="columns">Columns of the matrix.</param>
    /// <param name="to">9 · 256 values.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Read<TLanes, TVector>(int row, int rows, int column, int columns, float* to)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged
    {
        (rows, columns) = (Math.Min(rows - row, Width), Math.Min(columns - column, Width));
        if (rows < Width || columns < Width)
            new Span<float>(to, Count * Width * Width).Clear();
        for (int tap = 0; tap < Count; tap++, to += Width * Width)
        {
            float* from = At(tap, row, column);
            if (ColumnStep == 1)
            {
                for (int i = 0; i < rows; i++)
                {
                    for (int lane = 0; lane < columns; lane += TLanes.Count)
                        TLanes.Store(Partial<TLanes, TVector>.Load(from + i * RowStep + lane, columns - lane), to + i * Width + lane);
                }
                continue;
            }
            if (RowStep == 1 && rows == Width && columns == Width)
            {
                for (int i = 0; i < Width * Width; i += Octet * Width)
                {
                    for (int j = 0; j < Width; j += Octet)
                        Transpose(from + i / Width + j * ColumnStep, ColumnStep, to + i + j);
                }
                continue;
            }
            for (int j = 0; j < columns; j++, from += ColumnStep)
            {
                for (int i = 0; i < rows; i++)
                    to[i * Width + j] = from[i * RowStep];
            }
        }
    }

    /// <summary>Writes a vector of columns of a row, of which so many are there; the columns lie next to each other.</summary>
    public void Store<TLanes, TVector>(TVector values, int tap, int row, int column, int count)
        where TLanes : struct, ILanes<TVector>
        where TVector : unmanaged =>
        Partial<TLanes, TVector>.Store(values, At(tap, row, column), count);

    /// <summary>
    /// Calls the body for each block of 16 rows and 16 columns, with its panel of rows and of columns. Each thread takes strips of 16 rows or 16 columns
    /// that lie together.
    /// </summary>
    public void ForEachBlock(int rowPanels, int columnPanels, Action<int, int> body)
    {
        if (RowStep > ColumnStep)
        {
            Workers.For(rowPanels, row =>
            {
                for (int column = 0; column < columnPanels; column++)
                    body(row, column);
            });
        }
        else
        {
            Workers.For(columnPanels, column =>
            {
                for (int row = 0; row < rowPanels; row++)
                    body(row, column);
            });
        }
    }

    /// <summary>A square of 8 × 8 values from columns so far apart to rows of 16.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static void Transpose(float* from, nint step, float* to)
    {
        Vector256<float> c0 = Vector256.Load(from), c1 = Vector256.Load(from + step), c2 = Vector256.Load(from + 2 * step);
        Vector256<float> c3 = Vector256.Load(from + 3 * step), c4 = Vector256.Load(from + 4 * step), c5 = Vector256.Load(from + 5 * step);
        Vector256<float> c6 = Vector256.Load(from + 6 * step), c7 = Vector256.Load(from + 7 * step);
        Rows(Avx.UnpackLow(c0, c1), Avx.UnpackLow(c2, c3), Avx.UnpackLow(c4, c5), Avx.UnpackLow(c6, c7), to);
        Rows(Avx.UnpackHigh(c0, c1), Avx.UnpackHigh(c2, c3), Avx.UnpackHigh(c4, c5), Avx.UnpackHigh(c6, c7), to + 2 * Width);

        // Rows 0, 1, 4 and 5 of those that the columns were interleaved from.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Rows(Vector256<float> c01, Vector256<float> c23, Vector256<float> c45, Vector256<float> c67, float* to)
        {
            Vector256<float> left = Avx.Shuffle(c01, c23, 0x44), right = Avx.Shuffle(c45, c67, 0x44);
            Avx.Permute2x128(left, right, 0x20).Store(to);
            Avx.Permute2x128(left, right, 0x31).Store(to + 4 * Width);
            (left, right) = (Avx.Shuffle(c01, c23, 0xee), Avx.Shuffle(c45, c67, 0xee));
            Avx.Permute2x128(left, right, 0x20).Store(to + Width);
            Avx.Permute2x128(left, right, 0x31).Store(to + 5 * Width);
        }
    }

    float* At(int tap, int row, int column) => (float*)Address + tap * TapStep + row * RowStep + column * ColumnStep;
}
