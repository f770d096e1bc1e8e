using Heliograph.Networks;
using Heliograph.Statistics;

namespace Heliograph.Tests.Shared;

/// <summary>Random inputs and weights for tests, what they should give, and whether they do.</summary>
static class Drawn
{
    /// <summary>Standard normal numbers.</summary>
    public static float[] Normal(int count, ulong seed, double scale = 1)
    {
        var random = new RandomStream(seed, "test");
        return [.. Enumerable.Range(0, count).Select(_ => (float)(scale * random.NextGaussian()))];
    }

    /// <summary>Weights that are nowhere special: every bias, statistic, slope and γ differs from its usual start.</summary>
    public static Weights Weights(Network network, ulong seed) => new(network.WeightSpecs().Select((spec, n) =>
    {
        string kind = spec.Name[(spec.Name.LastIndexOf('.') + 1)..];
        float[] values = Normal(spec.Length, seed + (ulong)n);
        var array = new WeightArray([.. spec.Shape], kind switch
        {
            "running_var" or "beta" => Array.ConvertAll(values, v => 0.3f + v * v),
            "gamma" => Array.ConvertAll(values, v => 0.05f + 0.1f * v * v),
            "weight" when spec.Shape.Count > 1 => Array.ConvertAll(values, v => v / (float)Math.Sqrt(spec.Length / spec.Shape[0])),
            "weight" => Array.ConvertAll(values, v => 0.7f + 0.3f * v),
            _ => Array.ConvertAll(values, v => 0.3f * v),
        });
        // What a causal layer's definition leaves out is no part of its weights.
        return KeyValuePair.Create(spec.Name, kind == "gamma" ? network.Layers.OfType<Gdn>().Single(layer => spec.Name == $"{layer.Name}.gamma").Gamma(array) : array);
    }));

    public static double[] Doubles(ReadOnlySpan<float> values)
    {
        var doubles = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
            doubles[i] = values[i];
        return doubles;
    }

    /// <summary>The naive output for a batch.</summary>
    public static double[] Output(Network network, Weights weights, float[] images)
    {
        var naive = new Naive(network, weights);
        int n = network.Input.Elements;
        return [.. Enumerable.Range(0, images.Length / n).SelectMany(i => naive.Forward(Doubles(images.AsSpan(i * n, n))))];
    }

    /// <summary>Every value within <paramref name="tolerance"/> of the expected one, relative to the largest expected magnitude.</summary>
    public static void AssertClose(double[] expected, float[] actual, double tolerance)
    {
        Assert.Equal(expected.Length, actual.Length);
        double scale = Math.Max(expected.Max(Math.Abs), 1e-6);
        for (int i = 0; i < expected.Length; i++)
            Assert.True(Math.Abs(expected[i] - actual[i]) <= tolerance * scale, $"value {i}: expected {expected[i]}, got {actual[i]}");
    }

    public static void AssertClose(float[] expected, float[] actual, double tolerance) => AssertClose(Doubles(expected), actual, tolerance);
}
