namespace Heliograph.Runtime.Steps;

/// <summary>
/// What <see cref="Tile{TLanes, TVector}"/> computes: C = epilogue(start + A·B) for groups of four rows. A's rows are gathered from segments, B's rows follow
/// each other. Where the starts are C itself, the product is added to it.
/// </summary>
unsafe struct TileWork
{
    /// <summary>Groups of four rows.</summary>
    public int Groups;

    /// <summary>What the rows' offsets count from.</summary>
    public float* A;

    /// <summary>Offset of each row.</summary>
    public int* Rows;

    /// <summary>Offset of each segment from its row's start.</summary>
    public int* Segments;

    /// <summary>Number of segments.</summary>
    public int SegmentCount;

    /// <summary>Values in a segment.</summary>
    public int Depth;

    /// <summary>The panel: segments · depth rows.</summary>
    public float* B;

    /// <summary>What is prefetched meanwhile, half a cache line for each row of B: the next panel.</summary>
    public float* Ahead;

    /// <summary>Floats by which a group fetches further than the one before.</summary>
    public int AheadStep;

    /// <summary>What the starts' offsets count from.</summary>
    public float* Start;

    /// <summary>Offset of what each row's sums begin with.</summary>
    public int* Starts;

    /// <summary>4, or 0 where all groups have the starts of the first.</summary>
    public int StartsStep;

    /// <summary>What is done to the sums.</summary>
    public Epilogue Epilogue;

    /// <summary>What the targets' offsets count from.</summary>
    public float* C;

    /// <summary>Offset of each row of C.</summary>
    public int* Targets;
}
