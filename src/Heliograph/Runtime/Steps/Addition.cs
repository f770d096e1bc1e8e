using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>The sum of two maps, which may take the place of either, within bounds.</summary>
sealed class Addition<TLanes, TVector>(FeatureMap a, FeatureMap b, FeatureMap output, Epilogue epilogue) : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    public override unsafe void Run()
    {
        TVector least = TLanes.All(epilogue.Lowest), most = TLanes.All(epilogue.Highest);
        for (int y = 0; y < output.Shape.Height; y++)
        {
            for (int x = 0; x < output.Shape.Width; x++)
            {
                float* one = a.At(y, x), other = b.At(y, x), to = output.At(y, x);
                for (int c = 0; c < output.Stride; c += TLanes.Count)
                    TLanes.Store(TLanes.Min(TLanes.Max(TLanes.Add(TLanes.Load(one + c), TLanes.Load(other + c)), least), most), to + c);
            }
        }
    }
}
