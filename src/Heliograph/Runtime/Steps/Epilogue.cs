using System.Runtime.CompilerServices;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>What is done to a convolution's sums before they are stored, so that no further step has to read and write the map.</summary>
/// <param name="Adds">The output's memory holds the other addend of a residual addition.</param>
/// <param name="Lowest">0 for ReLU and ReLU6, else −∞.</param>
/// <param name="Highest">6 for ReLU6, else ∞.</param>
readonly record struct Epilogue(bool Adds, float Lowest, float Highest)
{
    /// <summary>Sums are stored as they are.</summary>
    public static Epilogue None => new(false, float.NegativeInfinity, float.PositiveInfinity);
}

/// <summary>An epilogue in registers.</summary>
readonly unsafe struct Finish<TLanes, TVector>
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    readonly TVector lowest;
    readonly TVector highest;
    readonly bool adds;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Finish(in Epilogue epilogue) => (lowest, highest, adds) = (TLanes.All(epilogue.Lowest), TLanes.All(epilogue.Highest), epilogue.Adds);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Put(TVector sum, float* to)
    {
        if (adds)
            sum = TLanes.Add(sum, TLanes.Load(to));
        TLanes.Store(TLanes.Min(TLanes.Max(sum, lowest), highest), to);
    }
}
