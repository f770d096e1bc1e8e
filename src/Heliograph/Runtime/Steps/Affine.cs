using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>x · scale + shift, in place: a batch norm that could not be folded into a convolution, or what the encoder makes of a reported SNR.</summary>
sealed unsafe class Affine<TLanes, TVector>(FeatureMap map, ChannelFactors factors) : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    public override void Run()
    {
        float* scales = factors.Scales, shifts = factors.Shifts;
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
