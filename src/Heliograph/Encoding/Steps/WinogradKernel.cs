namespace Heliograph.Encoding.Steps;

/// <summary>The weights' side of Winograd's algorithms.</summary>
static class WinogradKernel
{
    /// <summary>G g Gᵀ of one 3×3 kernel, in 64-bit floats.</summary>
    public static void Transform<TTile>(ReadOnlySpan<float> kernel, Span<double> points)
        where TTile : struct, IWinogradTile
    {
        int size = TTile.Size + 2;
        for (int point = 0; point < points.Length; point++)
        {
            var row = TTile.Kernel.Slice(point / size * 3, 3);
            var column = TTile.Kernel.Slice(point % size * 3, 3);
            points[point] = 0;
            for (int tap = 0; tap < 9; tap++)
                points[point] += row[tap / 3] * kernel[tap] * column[tap % 3];
        }
    }
}
