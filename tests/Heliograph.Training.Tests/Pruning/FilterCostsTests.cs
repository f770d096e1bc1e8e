using CsCheck;
using Heliograph.Networks;
using Heliograph.Training.Pruning;

namespace Heliograph.Training.Tests.Pruning;

public sealed class FilterCostsTests
{
    /// <summary>conv1 on 8×8 positions, conv2 on 4×4.</summary>
    static readonly Network Two = new(new Shape(3, 8, 8),
    [
        new Convolution("conv1", ["input"], 4), new BatchNorm("bn1", ["conv1"]), new Relu("relu1", ["bn1"]), new MaxPool("pool1", ["relu1"]),
        new Convolution("conv2", ["pool1"], 5), new Relu("relu2", ["conv2"]),
    ]);

    static Dictionary<string, int> Left(int conv1, int conv2) => new() { ["conv1"] = conv1, ["conv2"] = conv2 };

    [Theory]
    [InlineData(4, 5, 64 * 9 * 3 + 16 * 9 * 5, 16 * 9 * 4)]
    [InlineData(4, 2, 64 * 9 * 3 + 16 * 9 * 2, 16 * 9 * 4)]
    [InlineData(1, 5, 64 * 9 * 3 + 16 * 9 * 5, 16 * 9 * 1)]
    public void A_filter_saves_its_own_macs_and_its_channel_of_the_next_convolution(int conv1, int conv2, long first, long second)
    {
        var costs = new FilterCosts(Two);
        Assert.Equal(64 * 9 * 3 * conv1 + 16 * 9 * conv1 * conv2, costs.Macs(Left(conv1, conv2)));
        Assert.Equal(first, costs.Saving("conv1", Left(conv1, conv2)));
        Assert.Equal(second, costs.Saving("conv2", Left(conv1, conv2)));
    }

    [Fact]
    public void The_last_filters_before_the_split_save_what_the_encoder_does_with_them()
    {
        // The encoder: 3 filters on 2×2 positions, and GDN, which mixes its own channels only.
        var half = Two.Then(JointCode.Encoder(Two.Output, 3));
        var costs = new FilterCosts(half);
        Assert.Equal(16 * 9 * 4 + 4 * 9 * 3, costs.Saving("conv2", Left(4, 5)));
        Assert.Equal(64 * 9 * 3 * 4 + 16 * 9 * 4 * 5 + 4 * 9 * 5 * 3 + 4 * 3 * 3, costs.Macs(new Dictionary<string, int>()));
    }

    /// <summary>Chains of all layers whose costs depend on filters, with a linear layer at the end, and how many filters are left.</summary>
    static readonly Gen<(Network Network, Dictionary<string, int> Left)> Chains =
        Gen.Select(Gen.Int[0, 8].Array[2, 10], Gen.Int[2, 7].Array[10], Gen.Int[5, 14], Gen.Int[1, 6].Array[10]).Select((kinds, filters, side, left) =>
        {
            var layers = new List<Layer>();
            var network = new Network(new Shape(3, side, side + 2), layers);
            for (int i = 0; i < kinds.Length; i++)
            {
                string[] from = [network.OutputName];
                var map = network.Output;
                layers.Add(kinds[i] switch
                {
                    0 or 1 or 2 => new Convolution($"layer{i}", from, filters[i]),
                    3 => new Convolution($"layer{i}", from, filters[i], Kernel: 1, Stride: 2, Padding: 0),
                    4 => new BatchNorm($"layer{i}", from),
                    5 => new Gdn($"layer{i}", from),
                    6 when map.Height > 1 && map.Width > 1 => new MaxPool($"layer{i}", from),
                    7 => new Upsample($"layer{i}", from, map.Height + 1, map.Width + 1),
                    _ => new PRelu($"layer{i}", from),
                });
                network = new(network.Input, layers);
            }
            network = new(network.Input, [.. layers, new Flatten("flatten", [network.OutputName]), new Linear("fc", ["flatten"], 4)]);
            return (network, network.Layers.OfType<Convolution>().Select((conv, i) => (conv.Name, Left: Math.Min(left[i], conv.Filters))).ToDictionary(c => c.Name, c => c.Left));
        });

    [Fact]
    public void Costs_and_savings_are_those_of_walking_the_network() => Chains.Sample((network, left) =>
    {
        var costs = new FilterCosts(network);
        Assert.Equal(network.Cost().Macs, costs.Macs(new Dictionary<string, int>()));
        Assert.Equal(Walk(left), costs.Macs(left));
        foreach (string name in left.Keys.Where(name => left[name] > 1))
            Assert.Equal(Walk(left) - Walk(new(left) { [name] = left[name] - 1 }), costs.Saving(name, left));

        long Walk(Dictionary<string, int> filters) =>
            network.With(layer => layer is Convolution conv ? conv with { Filters = filters[conv.Name] } : layer).Cost().Macs;
    }, iter: 500);
}
