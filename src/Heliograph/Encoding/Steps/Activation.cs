using Heliograph.Encoding.Lanes;

namespace Heliograph.Encoding.Steps;

/// <summary>x where x ≥ 0, else slope · x, in place; ReLU has the slope 0.</summary>
sealed unsafe class Activation<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    readonly FeatureMap map;
    readonly float* slopes;

    public Activation(Arena weights, FeatureMap map, ReadOnlySpan<float> slopes)
    {
        this.map = map;
        this.slopes = weights.Allocate(map.Stride);
        slopes.CopyTo(new Span<float>(this.slopes, map.Stride));
    }

    public override void Run()
    {
        for (int y = 0; y < map.Shape.Height; y++)
        {
            for (int x = 0; x < map.Shape.Width; x++)
            {
                float* pixel = map.At(y, x);
                for (int c = 0; c < map.Stride; c += TLanes.Count)
                {
                    var value = TLanes.Load(pixel + c);
                    TLanes.Store(TLanes.WhereNegative(value, TLanes.Multiply(value, TLanes.Load(slopes + c)), value), pixel + c);
                }
            }
        }
    }
}
