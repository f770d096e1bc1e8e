namespace Heliograph.Runtime.Steps;

/// <summary>The weights' side of Winograd's algorithms.</summary>
static class WinogradKernel
{
    /// <summary>G g Gᵀ of one 3×3 kernel, in 64-bit floats; one dimension after the other, since this is most of a device program's start.</summary>
    public static void Transform<TTile>(ReadOnlySpan<float> kernel, Span<double> points)
        where TTile : struct, IWinogradTile
    {
        var matrix = TTile.Kernel;
        int size = TTile.Size + 2;
        Span<double> half = stackalloc double[3 * (4 + 2)];
        for (int row = 0; row < size; row++)
        {
            double a = matrix[3 * row], b = matrix[3 * row + 1], c = matrix[3 * row + 2];
            for (int column = 0; column < 3; column++)
                half[3 * row + column] = a * kernel[column] + b * kernel[3 + column] + c * kernel[6 + column];
        }
        for (int column = 0; column < size; column++)
        {
            double a = matrix[3 * column], b = matrix[3 * column + 1], c = matrix[3 * column + 2];
            for (int row = 0; row < size; row++)
                points[row * size + column] = half[3 * row] * a + half[3 * row + 1] * b + half[3 * row + 2] * c;
        }
    }
}
