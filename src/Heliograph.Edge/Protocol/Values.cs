using System.Numerics.Tensors;

namespace Heliograph.Edge.Protocol;

/// <summary>Arithmetic on rows of values.</summary>
static class Values
{
    /// <summary>True if a value is infinite or NaN (the largest magnitude is NaN if any value is).</summary>
    public static bool AnyNotFinite(ReadOnlySpan<float> values) => !float.IsFinite(TensorPrimitives.MaxMagnitude(values));

    /// <summary>exp(xᵢ/T) / Σ exp(xⱼ/T) of finite logits.</summary>
    /// <param name="logits">x.</param>
    /// <param name="temperature">T, above 0; 1 for a pair that was not calibrated.</param>
    /// <param name="probabilities">At least as many as logits.</param>
    public static void Softmax(ReadOnlySpan<float> logits, float temperature, Span<float> probabilities)
    {
        probabilities = probabilities[..logits.Length];
        // Shifted by the largest, so that nothing overflows.
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), probabilities);
        if (temperature != 1)
            TensorPrimitives.Divide(probabilities, temperature, probabilities);
        TensorPrimitives.Exp(probabilities, probabilities);
        TensorPrimitives.Divide(probabilities, TensorPrimitives.Sum<float>(probabilities), probabilities);
    }

    /// <summary>The positions of the largest values, largest first; for equal values the first position.</summary>
    public static void Top(ReadOnlySpan<float> values, Span<int> top)
    {
        int found = 0;
        for (int i = 0; i < values.Length; i++)
        {
            if (found == top.Length && values[i] <= values[top[^1]])
                continue;
            int at = found < top.Length ? found++ : top.Length - 1;
            for (; at > 0 && values[top[at - 1]] < values[i]; at--)
                top[at] = top[at - 1];
            top[at] = i;
        }
    }
}
