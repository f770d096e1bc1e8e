namespace Heliograph.Networks;

/// <summary>Convolutions whose filters can only go together, since an addition or a depthwise convolution ties their channels.</summary>
/// <param name="Name">The first of them.</param>
/// <param name="Convolutions">In the order of computation.</param>
/// <param name="Channels">Channels that they have in common.</param>
public sealed record ChannelGroup(string Name, ValueList<string> Convolutions, int Channels);

/// <summary>
/// Which channels of a network are the same ones: from the filters that make them through everything that keeps them or joins them to others. In a
/// chain every convolution is a group of its own.
/// </summary>
public sealed class ChannelGroups
{
    // Of each layer's output: its class of channels, and how many values each of them became.
    readonly Dictionary<string, (int Class, int Values)> channels = new(StringComparer.Ordinal);
    readonly List<int> parents = [];
    readonly HashSet<int> pinned = [];
    readonly Dictionary<string, ChannelGroup> groupOf = new(StringComparer.Ordinal);

    /// <summary>Follows the channels through a network.</summary>
    public ChannelGroups(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        channels[Network.InputName] = (New(isPinned: true), 1);
        foreach (var layer in network.Layers)
            channels[layer.Name] = Follow(network, layer);
        All = [.. network.Layers.OfType<Convolution>().GroupBy(conv => Root(channels[conv.Name].Class)).Where(group => !pinned.Contains(group.Key))
            .Select(group => new ChannelGroup(group.First().Name, [.. group.Select(conv => conv.Name)], group.First().Filters))];
        var byRoot = All.ToDictionary(group => Root(channels[group.Name].Class));
        foreach (string layer in channels.Keys)
        {
            if (byRoot.TryGetValue(Root(channels[layer].Class), out var group))
                groupOf[layer] = group;
        }
    }

    /// <summary>The groups whose channels can be taken out, in the order of computation. Channels of the image, of linear layers and of grouped convolutions are in none.</summary>
    public IReadOnlyList<ChannelGroup> All { get; }

    /// <summary>The group whose channels a layer's output has, or null if they cannot be taken out.</summary>
    public ChannelGroup? Of(string layer) => groupOf.GetValueOrDefault(layer);

    /// <summary>The network with other numbers of channels.</summary>
    /// <param name="network">The network that was followed.</param>
    /// <param name="left">By name of group; groups not named stay as they are.</param>
    public Network Narrowed(Network network, IReadOnlyDictionary<string, int> left) => network.With(layer =>
        layer is Convolution conv && Of(conv.Name) is { } group && left.TryGetValue(group.Name, out int count)
            ? conv with { Filters = count, Groups = conv.IsDepthwise ? count : conv.Groups }
            : layer);

    (int Class, int Values) Follow(Network network, Layer layer)
    {
        var first = channels[layer.Inputs[0]];
        switch (layer.Flow)
        {
            case ChannelFlow.Produces:
                return (New(isPinned: layer is not Convolution), 1);
            case ChannelFlow.Keeps:
                return first;
            case ChannelFlow.Flattens:
                var shape = network.ShapeOf(layer.Inputs[0]);
                return (first.Class, checked(first.Values * shape.Height * shape.Width));
            case ChannelFlow.Joins:
                foreach (var other in layer.Inputs.Skip(1).Select(name => channels[name]))
                {
                    if (other.Values != first.Values)
                        pinned.UnionWith([Root(other.Class), Root(first.Class)]);
                    Tie(first.Class, other.Class);
                }
                return first;
            default:
                foreach (string name in layer.Inputs)
                    pinned.Add(Root(channels[name].Class));
                return (New(isPinned: true), 1);
        }
    }

    int New(bool isPinned)
    {
        parents.Add(parents.Count);
        if (isPinned)
            pinned.Add(parents.Count - 1);
        return parents.Count - 1;
    }

    int Root(int of)
    {
        while (parents[of] != of)
            of = parents[of];
        return of;
    }

    void Tie(int a, int b)
    {
        (a, b) = (Root(a), Root(b));
        parents[b] = a;
        if (pinned.Contains(b))
            pinned.Add(a);
    }
}
