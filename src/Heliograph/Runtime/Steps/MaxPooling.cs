using Heliograph.Networks;
using Heliograph.Runtime.Lanes;

namespace Heliograph.Runtime.Steps;

/// <summary>Maximum over windows; the part of a window outside the map does not count.</summary>
sealed class MaxPooling<TLanes, TVector>(FeatureMap input, FeatureMap output, MaxPool layer) : Step
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
        int top = y * layer.Step - layer.Padding, left = x * layer.Step - layer.Padding;
        int bottom = Math.Min(top + layer.Size, input.Shape.Height), right = Math.Min(left + layer.Size, input.Shape.Width);
        (top, left) = (Math.Max(top, 0), Math.Max(left, 0));
        for (int c = 0; c < output.Stride; c += TLanes.Count)
        {
            var best = TLanes.Load(input.At(top, left) + c);
            for (int row = top; row < bottom; row++)
                for (int column = left; column < right; column++)
                    best = TLanes.Max(best, TLanes.Load(input.At(row, column) + c));
            TLanes.Store(best, output.At(y, x) + c);
        }
    }
}
