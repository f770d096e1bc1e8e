using Heliograph.Networks;

namespace Heliograph.Onnx.Tests;

/// <summary>What half precision leaves of weights.</summary>
static class Rounded
{
    public static Weights ToHalf(Weights weights) => new(weights.Select(pair =>
        KeyValuePair.Create(pair.Key, new WeightArray(pair.Value.Shape, Array.ConvertAll(pair.Value.Values, value => (float)(Half)value)))));
}
