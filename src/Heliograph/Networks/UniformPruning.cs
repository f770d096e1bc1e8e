namespace Heliograph.Networks;

/// <summary>What a network would be if every layer lost the same share of its filters: for costs, before any training.</summary>
public static class UniformPruning
{
    /// <summary>Filters that a layer keeps at a pruning ratio: round(filters · (1 − ratio)), at least one.</summary>
    public static int Kept(int filters, double ratio) => Math.Max(1, (int)Math.Round(filters * (1 - ratio), MidpointRounding.AwayFromZero));

    /// <summary>The same where every layer keeps some at least, or all that it has.</summary>
    internal static int Kept(int filters, double ratio, int floor) => Math.Max(Kept(filters, ratio), Math.Min(floor, filters));

    /// <summary>
    /// The network with each convolution up to a split point narrowed; the rest reads the narrowed map. Filters that are tied to a convolution
    /// behind the split point stay.
    /// </summary>
    /// <param name="network">The whole backbone.</param>
    /// <param name="splitPoint">Convolutions behind it keep their filters.</param>
    /// <param name="ratio">Share of the filters removed, in [0, 1).</param>
    /// <exception cref="UsageException">The ratio is out of range, or there is no such split point.</exception>
    public static Network Prune(Network network, string splitPoint, double ratio)
    {
        if (!(ratio >= 0 && ratio < 1))
            throw new UsageException(FormattableString.Invariant($"a pruning ratio must be at least 0 and below 1, not {ratio}"));
        var groups = new ChannelGroups(network);
        return groups.Narrowed(network, Before(groups, network, splitPoint).ToDictionary(group => group.Name, group => Kept(group.Channels, ratio)));
    }

    /// <summary>The groups whose convolutions all lie before a split point.</summary>
    /// <exception cref="UsageException">There is no such split point.</exception>
    public static IEnumerable<ChannelGroup> Before(ChannelGroups groups, Network network, string splitPoint)
    {
        var device = network.SplitAt(splitPoint).Device.Layers.Select(layer => layer.Name).ToHashSet(StringComparer.Ordinal);
        return groups.All.Where(group => group.Convolutions.All(device.Contains));
    }
}
