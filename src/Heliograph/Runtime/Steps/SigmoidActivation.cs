namespace Heliograph.Runtime.Steps;

/// <summary>1 / (1 + e⁻ˣ) of a map's values, in place. What pads the channels and the border stays zero.</summary>
sealed unsafe class SigmoidActivation(FeatureMap map) : Step
{
    public override void Run()
    {
        for (int y = 0; y < map.Shape.Height; y++)
        {
            for (int x = 0; x < map.Shape.Width; x++)
            {
                foreach (ref float value in new Span<float>(map.At(y, x), map.Shape.Channels))
                    value = 1 / (1 + MathF.Exp(-value));
            }
        }
    }
}
