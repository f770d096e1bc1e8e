using Heliograph.Networks;
using Heliograph.Statistics;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Pruning;

/// <summary>Seeded random numbers: what any criterion must beat.</summary>
public sealed class RandomSaliency(ulong seed) : ISaliency
{
    /// <inheritdoc/>
    public bool NormalizeByDefault => false;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, double[]> Score(
        ScoredNetwork scored, IReadOnlyList<ChannelGroup> groups, Func<IEnumerable<(Tensor Images, Tensor Labels)>> batches) =>
        groups.ToDictionary(group => group.Name, group =>
        {
            var random = new RandomStream(seed, "prune.random." + group.Name);
            return Enumerable.Range(0, group.Channels).Select(_ => random.NextDouble()).ToArray();
        });
}
