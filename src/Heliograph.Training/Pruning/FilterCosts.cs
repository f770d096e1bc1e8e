using Heliograph.Networks;

namespace Heliograph.Training.Pruning;

/// <summary>
/// Multiply-accumulates of a network as a function of the channels that its groups have left. Those of each layer are proportional to the channels that
/// it reads and to those that it computes, so that no network need be built to know them.
/// </summary>
public sealed class FilterCosts
{
    readonly List<Term> terms = [];
    readonly Dictionary<string, int> channels;

    /// <summary>Reads the costs off a network.</summary>
    public FilterCosts(Network network)
    {
        var groups = new ChannelGroups(network);
        channels = groups.All.ToDictionary(group => group.Name, group => group.Channels, StringComparer.Ordinal);
        foreach (var (layer, cost) in network.Layers.Zip(network.Cost().Layers))
        {
            if (cost.Macs == 0)
                continue;
            // A depthwise convolution's products grow with its channels once, GDN's twice; all else reads and computes.
            string? computes = groups.Of(layer.Name)?.Name;
            string? reads = layer is Convolution { IsDepthwise: true } ? null : groups.Of(layer.Inputs[0])?.Name;
            terms.Add(new(cost.Macs / (Count(reads, channels) * Count(computes, channels)), reads, computes));
        }
    }

    /// <summary>Multiply-accumulates of the whole network for one image.</summary>
    /// <param name="left">By name of group, its channels; groups not named have all.</param>
    public long Macs(IReadOnlyDictionary<string, int> left) => terms.Sum(term => term.Factor * Count(term.Reads, left) * Count(term.Computes, left));

    /// <summary>Multiply-accumulates that the network saves with one channel less: of its filters, and of the layers that read its map.</summary>
    /// <param name="group">Whose channel.</param>
    /// <param name="left">By name of group, its channels before; groups not named have all.</param>
    public long Saving(string group, IReadOnlyDictionary<string, int> left)
    {
        long saving = 0;
        foreach (var (factor, reads, computes) in terms)
        {
            bool fewerIn = reads == group, fewerOut = computes == group;
            if (!fewerIn && !fewerOut)
                continue;
            long inputs = Count(reads, left), outputs = Count(computes, left);
            saving += factor * (inputs * outputs - (inputs - (fewerIn ? 1 : 0)) * (outputs - (fewerOut ? 1 : 0)));
        }
        return saving;
    }

    long Count(string? group, IReadOnlyDictionary<string, int> left) => group is null ? 1 : left.TryGetValue(group, out int count) ? count : channels[group];

    /// <summary>A layer's multiply-accumulates: a factor × the channels of one group × those of another, 1 if it is null.</summary>
    readonly record struct Term(long Factor, string? Reads, string? Computes);
}
