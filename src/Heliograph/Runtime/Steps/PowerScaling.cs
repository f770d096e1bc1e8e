using Heliograph.Networks;

namespace Heliograph.Runtime.Steps;

/// <summary>Scales a vector, or each of its equal parts, to mean power one, in place.</summary>
sealed unsafe class PowerScaling(FeatureMap vector, int parts) : Step
{
    public override void Run()
    {
        int length = vector.Shape.Elements / parts;
        for (int part = 0; part < parts; part++)
            Scale(new Span<float>(vector.Origin + part * length, length));
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
