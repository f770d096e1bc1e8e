using Heliograph.Networks;
using Heliograph.Statistics;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Pruning;

/// <summary>ℓ2 norm of each filter's weights, of tied filters together.</summary>
public sealed class MagnitudeSaliency : ISaliency
{
    /// <inheritdoc/>
    public bool NormalizeByDefault => true;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double[]> Score(
        ScoredNetwork scored, IReadOnlyList<ChannelGroup> groups, Func<IEnumerable<(Tensor Images, Tensor Labels)>> batches)
    {
        var weights = scored.Module.ToWeights();
        return groups.ToDictionary(group => group.Name, group => Enumerable.Range(0, group.Channels)
            .Select(channel => Math.Sqrt(group.Convolutions.Sum(name => Square(weights[$"{name}.weight"], channel)))).ToArray());

        static double Square(WeightArray kernel, int filter)
        {
            int perFilter = kernel.Length / kernel.Shape[0];
            return kernel.Values.AsSpan(filter * perFilter, perFilter).ToArray().Sum(w => (double)w * w);
        }
    }
}
