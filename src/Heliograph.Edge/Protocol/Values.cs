using System.Numerics.Tensors;

namespace Heliograph.Edge.Protocol;

/// <summary>Arithmetic on rows of values.</summary>
static class Values
{
    /// <summary>True when a value is infinite or not a number (the largest magnitude is NaN where a value is).</summary>
    public static bool AnyNotFinite(ReadOnlySpan<float> values) => !float.IsFinite(TensorPrimitives.MaxMagnitude(values));

    /// <summary>exp(xᵢ) / Σ exp(xⱼ) of finite logits.</summary>
    public static void Softmax(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        // Shifted by the largest, so that nothing overflows.
        TensorPrimitives.Subtract(logits, TensorPrimitives.Max(logits), probabilities);
        TensorPrimitives.Exp(probabilities, probabilities);
        TensorPrimitives.Divide(probabilities, TensorPrimitives.Sum<float>(probabilities), probabilities);
    }
}
