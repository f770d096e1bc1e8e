using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Heliograph.Training.Convolutions;

/// <summary>Sizes of a batch of maps [images][height][width][channels] that a 3×3 convolution of padding 1 takes to as many of some filters.</summary>
readonly record struct MapSizes(int Images, int Height, int Width, int Channels, int Filters);

/// <summary>Where the weights of a 3×3 convolution lie: 9 taps, each a matrix of rows and columns; the steps are floats.</summary>
readonly unsafe record struct Taps(nint Address, nint TapStep, nint RowStep, nint ColumnStep)
{
    /// <summary>Taps of a convolution.</summary>
    public const int Count = 9;

    /// <summary>The same taps, the last first.</summary>
    public Taps Reversed => this with { Address = Address + (Count - 1) * TapStep * sizeof(float), TapStep = -TapStep };

    /// <summary>Rows and columns exchanged.</summary>
    public Taps Transposed => this with { RowStep = ColumnStep, ColumnStep = RowStep };

    /// <summary>Eight columns of a row from one on, of which so many are there; zeros for the others.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector256<float> Load(int tap, int row, int column, int count)
    {
        float* from = At(tap, row, column);
        if (ColumnStep == 1)
            return Octet.Load(from, count);
        nint step = ColumnStep;
        return count >= Octet.Size
            ? Vector256.Create(*from, from[step], from[2 * step], from[3 * step], from[4 * step], from[5 * step], from[6 * step], from[7 * step])
            : Octet.LoadFirst(from, step, count);
    }

    /// <summary>Writes eight columns of a row, of which so many are there; the columns lie next to each other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Store(Vector256<float> values, int tap, int row, int column, int count) => Octet.Store(values, At(tap, row, column), count);

    /// <summary>Calls the body for each strip of 16 rows or 16 columns that lies together, with its panels of rows and of columns.</summary>
    public void ForEachStrip(int rowPanels, int columnPanels, Action<Range, Range> body)
    {
        if (RowStep > ColumnStep)
            Workers.For(rowPanels, row => body(row..(row + 1), ..columnPanels));
        else
            Workers.For(columnPanels, column => body(..rowPanels, column..(column + 1)));
    }

    /// <summary>Calls the body for each block of 16 rows and 16 columns, with its panel of rows and of columns, strip by strip.</summary>
    public void ForEachBlock(int rowPanels, int columnPanels, Action<int, int> body) => ForEachStrip(rowPanels, columnPanels, (rows, columns) =>
    {
        for (int row = rows.Start.Value; row < rows.End.Value; row++)
        {
            for (int column = columns.Start.Value; column < columns.End.Value; column++)
                body(row, column);
        }
    });

    float* At(int tap, int row, int column) => (float*)Address + tap * TapStep + row * RowStep + column * ColumnStep;
}
