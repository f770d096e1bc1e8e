using Heliograph.Networks;

namespace Heliograph.Training.Pruning;

/// <summary>
/// Multiply-accumulates of a network as a function of the filters that its convolutions have left. Those of each layer are proportional to
/// the channels that it reads and to those that it computes, so that no network need be built to know them.
/// </summary>
public sealed class FilterCosts
{
    readonly List<Term> terms = [];
    readonly Dictionary<string, int> filters = new(StringComparer.Ordinal);

    /// <summary>Reads the costs off a network.</summary>
    /// <exception cref="NotSupportedException">A layer's costs are not known to depend on filters in this way.</exception>
    public FilterCosts(Network network)
    {
        // The convolution whose filters are the channels of each layer's output; null where no convolution's are.
        var channelsOf = new Dictionary<string, string?>(StringComparer.Ordinal) { [Network.InputName] = null };
        foreach (var (layer, cost) in network.Layers.Zip(network.Cost().Layers))
        {
            string? input = channelsOf[layer.Inputs[0]];
            switch (layer)
            {
                case Convolution conv:
                    filters[conv.Name] = conv.Filters;
                    channelsOf[layer.Name] = conv.Name;
                    Add(cost.Macs, input, conv.Name);
                    break;
                case Linear:
                    channelsOf[layer.Name] = null;
                    Add(cost.Macs, input, null);
                    break;
                case Gdn:
                    channelsOf[layer.Name] = input;
                    Add(cost.Macs, input, input);
                    break;
                case BatchNorm or Relu or PRelu or MaxPool or Dropout or Upsample or Flatten or PowerNormalization:
                    channelsOf[layer.Name] = input;
                    break;
                default:
                    throw new NotSupportedException($"the pruner does not know the costs of layer '{layer.Name}' ({layer.Kind})");
            }
        }

        void Add(long macs, string? reads, string? computes) => terms.Add(new(macs / (Count(reads, filters) * Count(computes, filters)), reads, computes));
    }

    /// <summary>Multiply-accumulates of the whole network for one image.</summary>
    /// <param name="left">By convolution, its filters; convolutions not named have all.</param>
    public long Macs(IReadOnlyDictionary<string, int> left) => terms.Sum(term => term.Factor * Count(term.Reads, left) * Count(term.Computes, left));

    /// <summary>Multiply-accumulates that the network saves with one filter less: the filter's own, and those of the layers that read its map.</summary>
    /// <param name="convolution">Whose filter.</param>
    /// <param name="left">By convolution, its filters before; convolutions not named have all.</param>
    public long Saving(string convolution, IReadOnlyDictionary<string, int> left)
    {
        long saving = 0;
        foreach (var (factor, reads, computes) in terms)
        {
            bool fewerIn = reads == convolution, fewerOut = computes == convolution;
            if (!fewerIn && !fewerOut)
                continue;
            long channels = Count(reads, left), outputs = Count(computes, left);
            saving += factor * (channels * outputs - (channels - (fewerIn ? 1 : 0)) * (outputs - (fewerOut ? 1 : 0)));
        }
        return saving;
    }

    long Count(string? convolution, IReadOnlyDictionary<string, int> left) =>
        convolution is null ? 1 : left.TryGetValue(convolution, out int count) ? count : filters[convolution];

    /// <summary>A layer's multiply-accumulates: a factor × the filters of one convolution × the filters of another, 1 where it is null.</summary>
    readonly record struct Term(long Factor, string? Reads, string? Computes);
}
