namespace Heliograph.Runtime.Steps;

/// <summary>
/// The transforms of one of Winograd's algorithms F(m×m, 3×3) (Lavin and Gray, 2016): a tile of (m+2)² inputs becomes as many points, each
/// point multiplies a transformed weight, and the points' sums become m×m outputs. All for one vector of channels.
/// </summary>
unsafe interface IWinogradTile
{
    /// <summary>m, the pixels of an output tile's side.</summary>
    static abstract int Size { get; }

    /// <summary>The matrix that transforms a kernel, (m+2) × 3, row-major: G g Gᵀ.</summary>
    static abstract ReadOnlySpan<double> Kernel { get; }

    /// <summary>One dimension of an input tile's transform: m + 2 vectors <paramref name="step"/> apart to as many points.</summary>
    static abstract void Input(float* from, nint step, float* to, nint toStep);

    /// <summary>Outputs to the first <paramref name="rows"/> and <paramref name="columns"/> of a tile.</summary>
    /// <param name="from">(m+2)² points.</param>
    /// <param name="step">Floats from point to point.</param>
    /// <param name="half">Room for the vertical half of the transform.</param>
    /// <param name="epilogue">What is done to the outputs.</param>
    /// <param name="to">The tile's first pixel.</param>
    /// <param name="row">Floats from row to row.</param>
    /// <param name="pixel">Floats from pixel to pixel.</param>
    /// <param name="rows">1 to m.</param>
    /// <param name="columns">1 to m.</param>
    static abstract void Put(float* from, nint step, float* half, in Epilogue epilogue, float* to, nint row, nint pixel, int rows, int columns);

    /// <summary>The same with the maximum of each 2×2 outputs; rows and columns are those of the pooled tile, 0 to m / 2.</summary>
    static abstract void Pool(float* from, nint step, float* half, in Epilogue epilogue, float* to, nint row, nint pixel, int rows, int columns);
}
