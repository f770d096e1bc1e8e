namespace Heliograph.Runtime.Steps;

/// <summary>Copies a map, for a step that changes it while others still read the original.</summary>
sealed class Copy(FeatureMap input, FeatureMap output) : Step
{
    public override unsafe void Run()
    {
        int floats = Math.Min(input.Stride, output.Stride);
        for (int y = 0; y < output.Shape.Height; y++)
            for (int x = 0; x < output.Shape.Width; x++)
                new ReadOnlySpan<float>(input.At(y, x), floats).CopyTo(new(output.At(y, x), floats));
    }
}
