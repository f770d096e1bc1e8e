using Heliograph.Encoding.Lanes;

namespace Heliograph.Encoding.Steps;

/// <summary>Maximum over size × size windows.</summary>
sealed class Pooling<TLanes, TVector>(FeatureMap input, FeatureMap output, int size) : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    public override void Run()
    {
        for (int y = 0; y < output.Shape.Height; y++)
            for (int x = 0; x < output.Shape.Width; x++)
                for (int c = 0; c < output.Stride; c += TLanes.Count)
                    Window(y, x, c);
    }

    unsafe void Window(int y, int x, int c)
    {
        var best = TLanes.Load(input.At(y * size, x * size) + c);
        for (int dy = 0; dy < size; dy++)
            for (int dx = 0; dx < size; dx++)
                best = TLanes.Max(best, TLanes.Load(input.At(y * size + dy, x * size + dx) + c));
        TLanes.Store(best, output.At(y, x) + c);
    }
}
