using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>The input transform of tiles side by side. They share two columns each with the next: these are transformed vertically once.</summary>
static unsafe class WinogradStrip<TTile, TLanes, TVector>
    where TTile : struct, IWinogradTile
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    /// <summary>Floats that the vertical half of a strip takes.</summary>
    public static int HalfFloats(int tiles) => (TTile.Size + 2) * (tiles * TTile.Size + 2) * TLanes.Count;

    /// <summary>Transforms one vector of channels.</summary>
    /// <param name="from">The first tile's top left input.</param>
    /// <param name="row">Floats from row to row.</param>
    /// <param name="pixel">Floats from pixel to pixel, and from tile to tile of the result.</param>
    /// <param name="tiles">Number of tiles.</param>
    /// <param name="half">Room for the vertical half.</param>
    /// <param name="to">[point][tile].</param>
    /// <param name="point">Floats from point to point.</param>
    public static void Transform(float* from, nint row, nint pixel, int tiles, float* half, float* to, nint point)
    {
        nint columns = tiles * TTile.Size + 2, n = TLanes.Count;
        float* column = half;
        for (float* end = column + columns * n; column < end; column += n, from += pixel)
            TTile.Input(from, row, column, columns * n);
        for (int y = 0; y < TTile.Size + 2; y++, half += columns * n, to += (TTile.Size + 2) * point)
        {
            float* tile = half, target = to;
            for (int x = 0; x < tiles; x++, tile += TTile.Size * n, target += pixel)
                TTile.Input(tile, n, target, point);
        }
    }
}
