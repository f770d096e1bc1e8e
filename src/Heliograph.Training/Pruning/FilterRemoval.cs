using Heliograph.Networks;

namespace Heliograph.Training.Pruning;

/// <summary>
/// Takes filters out of a network: each out of its convolution, and of those that an addition or a depthwise convolution ties to it, out of the batch
/// norm and other arrays over the same channels, and out of what the next convolution or linear layer reads. The smaller network computes exactly what
/// the larger one computes with those maps zeroed.
/// </summary>
public sealed class FilterRemoval
{
    // Of each array, what stays along its leading dimensions.
    readonly Dictionary<string, int[][]> stays = new(StringComparer.Ordinal);

    /// <summary>
    /// Keeps some filters of some convolutions, in the order given, which may differ from the order that they have; convolutions not named keep all, unless they are tied
    /// to one that is.
    /// </summary>
    /// <param name="network">The network.</param>
    /// <param name="keep">By convolution: which filters stay, in which order, at least one.</param>
    /// <exception cref="UsageException">A name is not that of a convolution, its filters cannot be removed, a filter does not exist, or tied convolutions keep different filters.</exception>
    public FilterRemoval(Network network, IReadOnlyDictionary<string, int[]> keep)
    {
        var groups = new ChannelGroups(network);
        var kept = new Dictionary<string, int[]>(StringComparer.Ordinal);
        foreach (var (name, filters) in keep)
        {
            if (network.Layers.FirstOrDefault(layer => layer.Name == name) is not Convolution conv)
                throw new UsageException($"'{name}' is not a convolution of this network");
            if (filters.Length == 0 || filters.Any(f => f < 0 || f >= conv.Filters) || filters.Distinct().Count() < filters.Length)
                throw new UsageException($"'{name}' has filters 0 to {conv.Filters - 1}; keep at least one, each once");
            if (groups.Of(name) is not { } group)
            {
                if (!filters.SequenceEqual(All(conv.Filters)))
                    throw new UsageException($"filters of '{name}' cannot be removed: its channels are tied to others that stay");
            }
            else if (!kept.TryAdd(group.Name, filters) && !kept[group.Name].SequenceEqual(filters))
            {
                throw new UsageException($"'{name}' is tied to '{group.Name}': both must keep the same filters");
            }
        }

        // The channels of each layer's output that are left, as indices into the old ones.
        var left = new Dictionary<string, int[]>(StringComparer.Ordinal) { [Network.InputName] = All(network.Input.Channels) };
        foreach (var layer in network.Layers)
        {
            int[] input = left[layer.Inputs[0]];
            var (read, made) = (network.InputsOf(layer)[0], network.ShapeOf(layer.Name));
            int[] output = left[layer.Name] = layer.Flow switch
            {
                ChannelFlow.Produces => groups.Of(layer.Name) is { } group && kept.TryGetValue(group.Name, out int[]? chosen) ? chosen : All(made.Channels),
                ChannelFlow.Keeps or ChannelFlow.Joins => input,
                ChannelFlow.Flattens => Flattened(input, read.Height * read.Width),
                _ => All(made.Channels),
            };
            foreach (var spec in layer.Weights(network.InputsOf(layer)))
                stays[spec.Name] = [.. spec.Axes.Select(axis => axis == Axis.Output ? output : input)];
        }
        Smaller = groups.Narrowed(network, kept.ToDictionary(group => group.Key, group => group.Value.Length));
    }

    /// <summary>The network without the other filters.</summary>
    public Network Smaller { get; }

    /// <summary>What stays of arrays with the shapes of the network's, such as its weights or their momenta; others are handed on as they are.</summary>
    /// <param name="arrays">By name.</param>
    /// <param name="prefix">What stands before the names of the network's.</param>
    /// <param name="suffix">What stands behind them.</param>
    public Weights Of(Weights arrays, string prefix = "", string suffix = "") => new(arrays.Select(array =>
        array.Key.Length > prefix.Length + suffix.Length && array.Key.StartsWith(prefix, StringComparison.Ordinal) && array.Key.EndsWith(suffix, StringComparison.Ordinal)
            && stays.TryGetValue(array.Key[prefix.Length..^suffix.Length], out int[][]? indices)
            ? KeyValuePair.Create(array.Key, Select(array.Value, indices))
            : array));

    /// <summary>A network and its weights with some filters of some convolutions only; convolutions not named keep all, unless they are tied to one that is.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="keep">By convolution: which filters stay, in which order, at least one.</param>
    /// <exception cref="UsageException">As for the constructor.</exception>
    public static (Network Network, Weights Weights) Keep(Network network, Weights weights, IReadOnlyDictionary<string, int[]> keep)
    {
        network.Check(weights);
        var removal = new FilterRemoval(network, keep);
        return (removal.Smaller, removal.Of(new(network.WeightSpecs().Select(spec => KeyValuePair.Create(spec.Name, weights[spec.Name])))));
    }

    static int[] Flattened(int[] channels, int area) => [.. channels.SelectMany(channel => Enumerable.Range(channel * area, area))];

    static int[] All(int count) => [.. Enumerable.Range(0, count)];

    // Selects indices along the leading dimensions.
    static WeightArray Select(WeightArray array, int[][] indices)
    {
        int[] shape = [.. array.Shape];
        float[] values = array.Values;
        for (int dimension = 0; dimension < indices.Length; dimension++)
        {
            int[] chosen = indices[dimension];
            if (chosen.SequenceEqual(All(shape[dimension])))
                continue;
            int outer = shape.Take(dimension).Aggregate(1, (a, b) => a * b), inner = shape.Skip(dimension + 1).Aggregate(1, (a, b) => a * b);
            var selected = new float[outer * chosen.Length * inner];
            for (int o = 0; o < outer; o++)
            {
                for (int i = 0; i < chosen.Length; i++)
                    values.AsSpan((o * shape[dimension] + chosen[i]) * inner, inner).CopyTo(selected.AsSpan((o * chosen.Length + i) * inner));
            }
            shape[dimension] = chosen.Length;
            values = selected;
        }
        return new([.. shape], values);
    }
}
