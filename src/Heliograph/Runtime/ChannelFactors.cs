using Heliograph.Networks;

namespace Heliograph.Runtime;

/// <summary>A scale and a shift for each channel of a map, padded as its pixels are.</summary>
sealed unsafe class ChannelFactors(Arena weights, FeatureMap map)
{
    public float* Scales { get; } = weights.Allocate(map.Stride);

    public float* Shifts { get; } = weights.Allocate(map.Stride);

    /// <summary>Those of a batch norm.</summary>
    public static ChannelFactors Of(BatchNorm norm, Weights arrays, Arena weights, FeatureMap map)
    {
        float[] gain = Values("weight"), bias = Values("bias"), mean = Values("running_mean"), variance = Values("running_var");
        var factors = new ChannelFactors(weights, map);
        for (int c = 0; c < map.Shape.Channels; c++)
        {
            double scale = gain[c] / Math.Sqrt((double)variance[c] + norm.Epsilon);
            factors.Scales[c] = (float)scale;
            factors.Shifts[c] = (float)(bias[c] - mean[c] * scale);
        }
        return factors;

        float[] Values(string name) => arrays[$"{norm.Name}.{name}"].Values;
    }
}
