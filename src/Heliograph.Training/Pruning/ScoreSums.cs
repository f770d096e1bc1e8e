using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Modules;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Pruning;

/// <summary>Sums of scores by convolution.</summary>
sealed class ScoreSums
{
    readonly Dictionary<string, double[]> sums = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> counts = new(StringComparer.Ordinal);

    public void Add(string convolution, Tensor scores, long count)
    {
        float[] values = Tensors.ToArray(scores);
        double[] sum = sums.TryGetValue(convolution, out double[]? known) ? known : sums[convolution] = new double[values.Length];
        for (int i = 0; i < values.Length; i++)
            sum[i] += values[i];
        counts[convolution] = counts.GetValueOrDefault(convolution) + count;
    }

    public IReadOnlyDictionary<string, double[]> Means() =>
        sums.ToDictionary(layer => layer.Key, layer => Array.ConvertAll(layer.Value, sum => sum / counts[layer.Key]));
}
