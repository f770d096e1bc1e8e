using Heliograph.Networks;

namespace Heliograph.Runtime.Steps;

/// <summary>Scales a vector to mean power one, in place.</summary>
sealed unsafe class PowerScaling(FeatureMap vector) : Step
{
    public override void Run()
    {
        var values = new Span<float>(vector.Origin, vector.Shape.Elements);
        double energy = PowerNormalization.Epsilon;
        foreach (float value in values)
            energy += (double)value * value;
        float scale = (float)Math.Sqrt(values.Length / energy);
        foreach (ref float value in values)
            value *= scale;
    }
}
