using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>The sum of two maps, which may take the place of either; with a ReLU where one is asked for.</summary>
sealed class Addition<TLanes, TVector>(FeatureMap a, FeatureMap b, FeatureMap output, bool relu) : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    public override unsafe void Run()
    {
        var lowest = TLanes.All(relu ? 0 : float.NegativeInfinity);
        for (int y = 0; y < output.Shape.Height; y++)
        {
            for (int x = 0; x < output.Shape.Width; x++)
            {
                float* one = a.At(y, x), other = b.At(y, x), to = output.At(y, x);
                for (int c = 0; c < output.Stride; c += TLanes.Count)
                    TLanes.Store(TLanes.Max(TLanes.Add(TLanes.Load(one + c), TLanes.Load(other + c)), lowest), to + c);
            }
        }
    }
}
