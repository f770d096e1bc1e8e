using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>Mean over windows that do not overlap.</summary>
sealed class AveragePooling<TLanes, TVector>(FeatureMap input, FeatureMap output, (int Height, int Width) window) : Step
    where TLanes : struct, ILanes<TVector>
    where TVector : unmanaged
{
    public override void Run()
    {
        for (int y = 0; y < output.Shape.Height; y++)
            for (int x = 0; x < output.Shape.Width; x++)
                Window(y, x);
    }

    unsafe void Window(int y, int x)
    {
        var share = TLanes.All(1f / (window.Height * window.Width));
        for (int c = 0; c < output.Stride; c += TLanes.Count)
        {
            var sum = TLanes.All(0);
            for (int dy = 0; dy < window.Height; dy++)
                for (int dx = 0; dx < window.Width; dx++)
                    sum = TLanes.Add(sum, TLanes.Load(input.At(y * window.Height + dy, x * window.Width + dx) + c));
            TLanes.Store(TLanes.Multiply(sum, share), output.At(y, x) + c);
        }
    }
}
