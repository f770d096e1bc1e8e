namespace Heliograph.Runtime.Steps;

/// <summary>
/// What <see cref="Product{TLanes, TVector}"/> computes: C = A·B for each point of a Winograd transform, a panel of weights a point; the bias is added at one
/// of them.
/// </summary>
unsafe struct ProductWork
{
    /// <summary>Number of points.</summary>
    public int Points;

    /// <summary>The first point's A, row-major.</summary>
    public float* A;

    /// <summary>Floats from point to point of A.</summary>
    public nint AStep;

    /// <summary>Floats from row to row of A.</summary>
    public nint Stride;

    /// <summary>Rows of A and C, a multiple of 4.</summary>
    public int Rows;

    /// <summary>Values of a row of A, rows of B.</summary>
    public nint Depth;

    /// <summary>The points' panels, row-major without gaps.</summary>
    public float* B;

    /// <summary>The point whose sums begin with the bias.</summary>
    public int BiasPoint;

    /// <summary>What they begin with.</summary>
    public float* Bias;

    /// <summary>What the others begin with.</summary>
    public float* Zeros;

    /// <summary>The first point's C, row-major without gaps.</summary>
    public float* C;

    /// <summary>Floats from point to point of C.</summary>
    public nint CStep;
}
