using static TorchSharp.torch;

namespace Heliograph.Training.Modules;

/// <summary>
/// Arrays with a least value (<see cref="Heliograph.Networks.WeightSpec.Minimum"/>), GDN's β ≥ 1e-6 and γ ≥ 0, are trained through a reparametrisation that keeps them in range (Ballé et al.; CompressAI's
/// NonNegativeParametrizer): stored = √(max(v, 0) + p), v = max(stored, √(minimum + p))² − p, with the pedestal p = 2⁻³⁶.
/// </summary>
static class GdnParameters
{
    const double Pedestal = 1.0 / (1L << 36);

    /// <summary>What is trained for the plain values.</summary>
    public static float[] ToStored(float[] values) =>
        Array.ConvertAll(values, v => (float)Math.Sqrt(Math.Max(v, 0) + Pedestal));

    /// <summary>The plain values of what is trained.</summary>
    public static float[] ToPlain(float[] stored, double minimum) => Array.ConvertAll(stored, s =>
    {
        double bounded = Math.Max(s, Math.Sqrt(minimum + Pedestal));
        return (float)Math.Max(bounded * bounded - Pedestal, minimum);
    });

    /// <summary>The plain values of what is trained, as part of the graph.</summary>
    public static Tensor ToPlain(Tensor stored, double minimum) =>
        LowerBound.apply(stored, Math.Sqrt(minimum + Pedestal)).square() - Pedestal;
}
