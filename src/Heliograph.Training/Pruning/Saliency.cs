using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Data;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Pruning;

/// <summary>The criteria by name, and what is common to them.</summary>
public static class Saliency
{
    /// <summary>The criterion of that name.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="seed">Of random scores.</param>
    /// <param name="sums">See <see cref="TaylorSaliency"/>.</param>
    public static ISaliency Create(CriterionName name, ulong seed, bool sums = false) => name switch
    {
        CriterionName.Taylor => new TaylorSaliency(sums),
        CriterionName.TaylorGate => new TaylorGateSaliency(),
        CriterionName.Magnitude => new MagnitudeSaliency(),
        CriterionName.Random => new RandomSaliency(seed),
        _ => throw new NotSupportedException($"criterion {name}"),
    };

    /// <summary>Θ ← Θ / √(Σⱼ Θⱼ²) in each layer (Molchanov et al. 2017, section 2.2).</summary>
    public static IReadOnlyDictionary<string, double[]> Normalize(IReadOnlyDictionary<string, double[]> scores) =>
        scores.ToDictionary(layer => layer.Key, layer =>
        {
            double norm = Math.Sqrt(layer.Value.Sum(score => score * score));
            return norm > 0 ? Array.ConvertAll(layer.Value, score => score / norm) : layer.Value;
        });

    /// <summary>Θ ← Θ − λ·(MACs that one filter of the layer costs, in millions): what the network costs less without it.</summary>
    /// <param name="scores">By name of group, one score a channel.</param>
    /// <param name="network">The network as it is now.</param>
    /// <param name="lambda">λ.</param>
    /// <param name="macs">MACs of a network, or of the part of it that counts.</param>
    public static IReadOnlyDictionary<string, double[]> Penalize(
        IReadOnlyDictionary<string, double[]> scores, Network network, double lambda, Func<Network, long> macs)
    {
        long whole = macs(network);
        var groups = new ChannelGroups(network);
        return scores.ToDictionary(layer => layer.Key, layer =>
        {
            var narrower = groups.Narrowed(network, new Dictionary<string, int> { [layer.Key] = Math.Max(1, groups.Of(layer.Key)!.Channels - 1) });
            double millions = (whole - macs(narrower)) / 1e6;
            return Array.ConvertAll(layer.Value, score => score - lambda * millions);
        });
    }

    /// <summary>
    /// Per mini-batch and layer, the gradient of the summed cross-entropy in a gate of ones [N, C, 1, 1] after a layer: per example and
    /// filter Σ over the map of a·∂C/∂a. One backward pass gives every layer's. Batch norms use their running statistics, so that examples do not mix.
    /// </summary>
    internal static IEnumerable<IReadOnlyDictionary<string, Tensor>> GateGradients(
        ScoredNetwork scored, IReadOnlyDictionary<string, string> gateBehind, IEnumerable<(Tensor Images, Tensor Labels)> batches)
    {
        foreach (var (images, labels) in batches)
        {
            using var scope = NewDisposeScope();
            var gates = new Dictionary<string, Tensor>(StringComparer.Ordinal);
            var output = scored.Module.Forward(images, training: false, tap: (layer, map) =>
            {
                if (!gateBehind.TryGetValue(layer.Name, out string? convolution))
                    return map;
                gates[convolution] = ones([map.shape[0], map.shape[1], 1, 1], dtype: map.dtype, device: map.device, requires_grad: true);
                return map * gates[convolution];
            });
            F.cross_entropy(scored.Rest(output), labels, reduction: TorchSharp.torch.nn.Reduction.Sum).backward();
            yield return gates.ToDictionary(gate => gate.Key, gate => gate.Value.grad!.to(ScalarType.Float32).flatten(1).cpu());
            foreach (var (_, parameter) in scored.Module.Parameters)
                parameter.grad = null;
        }
    }

    /// <summary>
    /// Where the map of each convolution is observed: after the first layer of a kind, if only per-channel layers are between; where an
    /// addition or another convolution comes before that, in front of it.
    /// </summary>
    internal static IReadOnlyDictionary<string, string> Behind(Network network, IEnumerable<ChannelGroup> groups, Func<Layer, bool> kind)
    {
        var readers = network.Layers.SelectMany(layer => layer.Inputs.Select(input => (input, layer))).ToLookup(pair => pair.input, pair => pair.layer);
        var behind = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string convolution in groups.SelectMany(group => group.Convolutions))
        {
            string at = convolution;
            while (readers[at].ToArray() is [{ Flow: ChannelFlow.Keeps } next] && next is not (Convolution or MaxPool or AveragePool))
            {
                at = next.Name;
                if (kind(next))
                    break;
            }
            behind[at] = convolution;
        }
        return behind;
    }
}
