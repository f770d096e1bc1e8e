using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Pruning;

namespace Heliograph.Training.Tests.Pruning;

/// <summary>Removal from networks with branches, and its costs.</summary>
[Collection(TorchCollection.Name)]
public sealed class GraphRemovalTests
{
    [Fact]
    public void The_smaller_network_computes_what_the_larger_one_with_those_maps_zeroed_computes()
    {
        int removed = 0;
        for (ulong seed = 1; seed <= 80; seed++)
        {
            var network = SampledGraphs.Of(seed);
            var weights = Drawn.Weights(network, seed);
            var groups = new ChannelGroups(network);
            var keep = Kept(groups, seed);
            var (smaller, fewer) = FilterRemoval.Keep(network, weights, keep);
            smaller.Check(fewer);
            removed += network.Filters() - smaller.Filters();

            double[] image = Drawn.Doubles(Drawn.Normal(network.Input.Elements, seed));
            double[] expected = new Naive(network, weights).Forward(image, (layer, map) =>
            {
                if (groups.Of(layer) is not { } group || !keep.TryGetValue(group.Name, out int[]? stay))
                    return;
                int values = map.Length / group.Channels;
                foreach (int channel in Enumerable.Range(0, group.Channels).Except(stay))
                    map.AsSpan(channel * values, values).Clear();
            });
            Drawn.AssertClose(expected, Array.ConvertAll(new Naive(smaller, fewer).Forward(image), value => (float)value), 1e-5);
            Drawn.AssertClose(expected, Arrays.Forward(smaller, fewer, Array.ConvertAll(image, value => (float)value)), 1e-4);

            var left = keep.ToDictionary(group => group.Key, group => group.Value.Length);
            var costs = new FilterCosts(network);
            Assert.Equal(smaller.Cost().Macs, costs.Macs(left));
            foreach (var group in groups.All.Where(group => left[group.Name] > 1))
            {
                var narrower = groups.Narrowed(smaller, new Dictionary<string, int> { [group.Name] = left[group.Name] - 1 });
                Assert.Equal(smaller.Cost().Macs - narrower.Cost().Macs, costs.Saving(group.Name, left));
            }
        }
        Assert.True(removed > 300, $"only {removed} filters could be removed");
    }

    [Fact]
    public void Tied_convolutions_keep_the_same_filters_or_are_refused()
    {
        var network = Backbones.Build("resnet8", 10, (3, 32, 32));
        var weights = Drawn.Weights(network, 1);
        var (smaller, _) = FilterRemoval.Keep(network, weights, new Dictionary<string, int[]> { ["conv1_2"] = [0, 5, 9] });
        Assert.Equal((3, 3, 16), (smaller.ShapeOf("conv0").Channels, smaller.ShapeOf("block1").Channels, smaller.ShapeOf("conv1_1").Channels));
        Assert.Equal("'conv1_2' is tied to 'conv0': both must keep the same filters", Assert.Throws<UsageException>(() =>
            FilterRemoval.Keep(network, weights, new Dictionary<string, int[]> { ["conv0"] = [1], ["conv1_2"] = [2] })).Message);
        var grouped = new Network((4, 3, 3), [new Convolution("a", ["input"], 4), new Convolution("b", ["a"], 6, Groups: 2)]);
        Assert.Equal("filters of 'a' cannot be removed: its channels are tied to others that stay", Assert.Throws<UsageException>(() =>
            FilterRemoval.Keep(grouped, Drawn.Weights(grouped, 1), new Dictionary<string, int[]> { ["a"] = [1] })).Message);
    }

    static Dictionary<string, int[]> Kept(ChannelGroups groups, ulong seed)
    {
        var random = new RandomStream(seed, "keep");
        return groups.All.ToDictionary(group => group.Name, group =>
        {
            int[] order = [.. Enumerable.Range(0, group.Channels)];
            random.Shuffle(order);
            return order.Take(1 + random.NextInt(group.Channels)).Order().ToArray();
        });
    }
}
