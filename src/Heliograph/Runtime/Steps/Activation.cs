using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>x where x ≥ 0, else slope · x, in place, and no more than a highest value; ReLU has the slope 0, ReLU6 the highest value 6.</summary>
sealed unsafe class Activation<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    readonly FeatureMap map;
    readonly float* slopes;

    readonly float highest;

    public Activation(Arena weights, FeatureMap map, ReadOnlySpan<float> slopes, float highest = float.PositiveInfinity)
    {
        (this.map, this.highest) = (map, highest);
        this.slopes = weights.Allocate(map.Stride);
        slopes.CopyTo(new Span<float>(this.slopes, map.Stride));
    }

    public override void Run()
    {
        var most = TLanes.All(highest);
        for (int y = 0; y < map.Shape.Height; y++)
        {
            for (int x = 0; x < map.Shape.Width; x++)
            {
                float* pixel = map.At(y, x);
                for (int c = 0; c < map.Stride; c += TLanes.Count)
                {
                    var value = TLanes.Load(pixel + c);
                    TLanes.Store(TLanes.Min(most, TLanes.WhereNegative(value, TLanes.Multiply(value, TLanes.Load(slopes + c)), value)), pixel + c);
                }
            }
        }
    }
}
