using Heliograph.Networks;

namespace Heliograph.Runtime.Steps;

/// <summary>Scales a vector, or each of its parts, to mean power one, in place.</summary>
sealed unsafe class PowerScaling(FeatureMap vector, ValueList<int>? parts) : Step
{
    public override void Run()
    {
        var values = new Span<float>(vector.Origin, vector.Shape.Elements);
        if (parts is null)
        {
            Scale(values);
            return;
        }
        foreach (int part in parts.AsSpan())
        {
            Scale(values[..part]);
            values = values[part..];
        }
    }

    static void Scale(Span<float> values)
    {
        double energy = PowerNormalization.Epsilon;
        foreach (float value in values)
            energy += (double)value * value;
        float scale = (float)Math.Sqrt(values.Length / energy);
        foreach (ref float value in values)
            value *= scale;
    }
}
