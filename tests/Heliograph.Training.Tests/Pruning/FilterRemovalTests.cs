using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Pruning;

namespace Heliograph.Training.Tests.Pruning;

[Collection(TorchCollection.Name)]
public sealed class FilterRemovalTests
{
    /// <summary>The last map before the flattening has 2×3 values, so each filter there takes six columns of the linear layer.</summary>
    static readonly Network Network = new(new Shape(3, 8, 12),
    [
        new Convolution("conv1", ["input"], 6), new BatchNorm("bn1", ["conv1"]), new Relu("relu1", ["bn1"]),
        new Convolution("conv2", ["relu1"], 7), new BatchNorm("bn2", ["conv2"]), new Relu("relu2", ["bn2"]), new MaxPool("pool1", ["relu2"]),
        new Convolution("conv3", ["pool1"], 8), new BatchNorm("bn3", ["conv3"]), new Relu("relu3", ["bn3"]), new MaxPool("pool2", ["relu3"]),
        new Flatten("flatten", ["pool2"]), new Dropout("drop", ["flatten"], 0.5f), new Linear("fc1", ["drop"], 9), new Relu("relu_fc1", ["fc1"]), new Linear("fc2", ["relu_fc1"], 4),
    ]);

    static readonly Weights Weights = Drawn.Weights(Network, 1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void The_smaller_network_computes_what_the_larger_one_with_those_maps_zeroed_computes(ulong seed)
    {
        var random = new RandomStream(seed, "prune");
        var keep = Network.Layers.OfType<Convolution>().ToDictionary(conv => conv.Name, conv =>
        {
            int[] order = [.. Enumerable.Range(0, conv.Filters)];
            random.Shuffle(order);
            return order.Take(1 + random.NextInt(conv.Filters - 1)).Order().ToArray();
        });
        var (smaller, fewer) = FilterRemoval.Keep(Network, Weights, keep);
        smaller.Check(fewer);
        Assert.Equal(smaller.WeightSpecs().Select(spec => spec.Name), fewer.Keys);
        Assert.Equal(keep.Values.Sum(k => k.Length), smaller.Filters());

        // Scale and shift of 0 make a map 0 behind the ReLU.
        var zeroed = Weights;
        foreach (var (conv, stay) in keep)
        {
            foreach (string array in (string[])["weight", "bias"])
            {
                string name = $"{conv.Replace("conv", "bn", StringComparison.Ordinal)}.{array}";
                zeroed = zeroed.With(name, new(Weights[name].Shape, [.. Weights[name].Values.Select((v, filter) => stay.Contains(filter) ? v : 0)]));
            }
        }
        float[] images = Drawn.Normal(4 * Network.Input.Elements, seed);
        float[] expected = Arrays.Forward(Network, zeroed, images);
        Drawn.AssertClose(expected, Arrays.Forward(smaller, fewer, images), 1e-5);
        Drawn.AssertClose(Drawn.Output(Network, zeroed, images), Arrays.Forward(smaller, fewer, images), 1e-5);
        Assert.NotEqual(Arrays.Forward(Network, Weights, images), expected);
    }

    [Fact]
    public void Removal_in_two_goes_is_removal_at_once()
    {
        var once = FilterRemoval.Keep(Network, Weights, new Dictionary<string, int[]> { ["conv2"] = [1, 4, 6], ["conv3"] = [0, 7] });
        var first = FilterRemoval.Keep(Network, Weights, new Dictionary<string, int[]> { ["conv2"] = [1, 3, 4, 6], ["conv3"] = [0, 1, 7] });
        var twice = FilterRemoval.Keep(first.Network, first.Weights, new Dictionary<string, int[]> { ["conv2"] = [0, 2, 3], ["conv3"] = [0, 2] });
        Assert.Equal(once.Network.ToJson(), twice.Network.ToJson());
        Assert.All(once.Weights, pair => Assert.Equal(pair.Value.Values, twice.Weights[pair.Key].Values));
    }

    [Fact]
    public void Nothing_removed_is_nothing_changed()
    {
        var (network, weights) = FilterRemoval.Keep(Network, Weights, new Dictionary<string, int[]>());
        Assert.Equal(Network.ToJson(), network.ToJson());
        Assert.All(Weights, pair => Assert.Equal(pair.Value.Values, weights[pair.Key].Values));
    }

    [Fact]
    public void Momenta_lose_what_their_weights_lose_and_those_of_other_networks_stay()
    {
        var removal = new FilterRemoval(Network, new Dictionary<string, int[]> { ["conv1"] = [1, 4], ["conv3"] = [0, 7] });
        // As an optimiser has them: of some arrays, and of two networks.
        var momenta = removal.Of(new(
        [
            KeyValuePair.Create("other.weight", new WeightArray([2], [5, 6])),
            KeyValuePair.Create("conv2.weight", Weights["conv2.weight"]), KeyValuePair.Create("bn1.bias", new WeightArray([6], [0, 1, 2, 3, 4, 5])),
        ]));
        Assert.Equal(["other.weight", "conv2.weight", "bn1.bias"], momenta.Keys);
        Assert.Equal([5, 6], momenta["other.weight"].Values);
        Assert.Equal([1, 4], momenta["bn1.bias"].Values);
        // conv2 has 7 filters of 6 channels of 9 weights and reads channels 1 and 4 of conv1.
        Assert.Equal([7, 2, 3, 3], momenta["conv2.weight"].Shape.ToArray());
        Assert.Equal(Enumerable.Range(0, 7).SelectMany(filter => (int[])[filter * 54 + 9, filter * 54 + 36]).SelectMany(start => Weights["conv2.weight"].Values[start..(start + 9)]), momenta["conv2.weight"].Values);
        var named = removal.Of(new([KeyValuePair.Create("0.bn1.bias", new WeightArray([6], [0, 1, 2, 3, 4, 5])), KeyValuePair.Create("1.bn1.bias", new WeightArray([6], [0, 1, 2, 3, 4, 5]))]), "0.");
        Assert.Equal((2, 6), (named["0.bn1.bias"].Length, named["1.bn1.bias"].Length));
    }

    public static TheoryData<string, int[]> Refused => new()
    {
        { "bn1", [0] }, { "conv9", [0] }, { "conv1", [] }, { "conv1", [6] }, { "conv1", [-1] }, { "conv1", [1, 1] },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public void Filters_that_are_not_there_are_refused(string name, int[] filters) =>
        Assert.Throws<UsageException>(() => FilterRemoval.Keep(Network, Weights, new Dictionary<string, int[]> { [name] = filters }));
}
