using Heliograph.Networks;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>A batch norm that could not be folded into a convolution: x · scale + shift, in place.</summary>
sealed unsafe class Affine<TLanes, TVector> : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    readonly FeatureMap map;
    readonly float* scales;
    readonly float* shifts;

    public Affine(Arena weights, FeatureMap map, BatchNorm norm, float[] gain, float[] bias, float[] mean, float[] variance)
    {
        this.map = map;
        scales = weights.Allocate(map.Stride);
        shifts = weights.Allocate(map.Stride);
        for (int c = 0; c < map.Shape.Channels; c++)
        {
            double scale = gain[c] / Math.Sqrt((double)variance[c] + norm.Epsilon);
            scales[c] = (float)scale;
            shifts[c] = (float)(bias[c] - mean[c] * scale);
        }
    }

    public override void Run()
    {
        for (int y = 0; y < map.Shape.Height; y++)
        {
            for (int x = 0; x < map.Shape.Width; x++)
            {
                float* pixel = map.At(y, x);
                for (int c = 0; c < map.Stride; c += TLanes.Count)
                    TLanes.Store(TLanes.MultiplyAdd(TLanes.Load(pixel + c), TLanes.Load(scales + c), TLanes.Load(shifts + c)), pixel + c);
            }
        }
    }
}
