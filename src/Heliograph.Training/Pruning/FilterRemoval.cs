using System.Collections.Immutable;
using Heliograph.Networks;

namespace Heliograph.Training.Pruning;

/// <summary>
/// Takes filters out of a network: each out of its convolution, of the batch norm and other per-channel arrays behind it, and out of what
/// the next convolution or linear layer reads. The smaller network computes exactly what the larger one computes with those maps zeroed.
/// </summary>
public static class FilterRemoval
{
    /// <summary>Keeps some filters of some convolutions; convolutions not named keep all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="keep">By convolution: which filters stay, ascending, at least one.</param>
    /// <exception cref="UsageException">A name is no convolution, or a filter is not there.</exception>
    public static (Network Network, Weights Weights) Keep(Network network, Weights weights, IReadOnlyDictionary<string, int[]> keep)
    {
        network.Check(weights);
        foreach (var (name, filters) in keep)
        {
            if (network.Layers.FirstOrDefault(layer => layer.Name == name) is not Convolution conv)
                throw new UsageException($"'{name}' is no convolution of this network");
            if (filters.Length == 0 || filters.Any(f => f < 0 || f >= conv.Filters) || !filters.SequenceEqual(filters.Distinct().Order()))
                throw new UsageException($"'{name}' has filters 0 to {conv.Filters - 1}; at least one of them stays, each once, in ascending order");
        }

        // The channels of each layer's output that are left, as indices into the old ones.
        var left = new Dictionary<string, int[]>(StringComparer.Ordinal) { [Network.InputName] = All(network.Input.Channels) };
        var arrays = new List<KeyValuePair<string, WeightArray>>();
        foreach (var layer in network.Layers)
        {
            int[] input = left[layer.Inputs[0]];
            var inputShape = network.InputsOf(layer)[0];
            void Take(string array, params int[]?[] indices) =>
                arrays.Add(new($"{layer.Name}.{array}", Select(weights[$"{layer.Name}.{array}"], indices)));
            int[] output = input;
            switch (layer)
            {
                case Convolution conv:
                    output = keep.GetValueOrDefault(conv.Name) ?? All(conv.Filters);
                    Take("weight", output, input);
                    Take("bias", output);
                    break;
                case Linear linear:
                    output = All(linear.Features);
                    Take("weight", null, input);
                    Take("bias");
                    break;
                case BatchNorm:
                    foreach (string array in (string[])["weight", "bias", "running_mean", "running_var"])
                        Take(array, input);
                    break;
                case PRelu:
                    Take("weight", input);
                    break;
                case Flatten:
                    int area = inputShape.Height * inputShape.Width;
                    output = [.. input.SelectMany(channel => Enumerable.Range(channel * area, area))];
                    break;
                case Relu or MaxPool or Dropout or Upsample:
                    break;
                default:
                    throw new NotSupportedException($"the pruner cannot pass layer '{layer.Name}' ({layer.Kind})");
            }
            left[layer.Name] = output;
        }
        var smaller = network.With(layer => layer is Convolution conv ? conv with { Filters = left[conv.Name].Length } : layer);
        return (smaller, new Weights(arrays));
    }

    static int[] All(int count) => [.. Enumerable.Range(0, count)];

    // Selects indices along the leading dimensions; null keeps a dimension whole.
    static WeightArray Select(WeightArray array, int[]?[] indices)
    {
        int[] shape = [.. array.Shape];
        float[] values = array.Values;
        for (int dimension = 0; dimension < indices.Length; dimension++)
        {
            if (indices[dimension] is not { } chosen || chosen.Length == shape[dimension])
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
