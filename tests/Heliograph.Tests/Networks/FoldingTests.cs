using Heliograph.Networks;

namespace Heliograph.Tests.Networks;

public sealed class FoldingTests
{
    static Weights Filled(Network network) => new(network.WeightSpecs().Select((spec, n) =>
        KeyValuePair.Create(spec.Name, new WeightArray([.. spec.Shape], [.. Enumerable.Range(1, spec.Length).Select(i => 0.1f * (i + n))]))));

    [Fact]
    public void Vgg_loses_its_batch_norms_and_dropouts_and_keeps_its_shapes()
    {
        var network = Vgg.Build(11, 5, new Shape(3, 32, 32), width: 0.05, dropout: 0.5);
        var (folded, weights) = Folding.Fold(network, Filled(network));
        Assert.DoesNotContain(folded.Layers, layer => layer is BatchNorm or Dropout);
        Assert.Equal(network.Output, folded.Output);
        Assert.Equal(network.Cost().Macs, folded.Cost().Macs);
        foreach (var layer in folded.Layers)
            Assert.Equal(network.ShapeOf(layer.Name), folded.ShapeOf(layer.Name));
        folded.Check(weights);
        Assert.Equal(folded.WeightSpecs().Select(spec => spec.Name), weights.Keys);
    }

    [Fact]
    public void Kernel_and_bias_take_up_the_norm()
    {
        var network = new Network(new Shape(1, 2, 2), [new Convolution("c", ["input"], 1, Kernel: 1, Padding: 0), new BatchNorm("n", ["c"], Epsilon: 0.5f)]);
        var (_, weights) = Folding.Fold(network, Weights.Empty.With("c.weight", new([1, 1, 1, 1], [3])).With("c.bias", new([1], [2]))
            .With("n.weight", new([1], [5])).With("n.bias", new([1], [7])).With("n.running_mean", new([1], [4])).With("n.running_var", new([1], [5.75f])));
        // s = 5 / √(5.75 + 0.5) = 2; w = 3·2, b = (2 − 4)·2 + 7.
        Assert.Equal([6f], weights["c.weight"].Values);
        Assert.Equal([3f], weights["c.bias"].Values);
    }

    [Fact]
    public void A_norm_that_cannot_be_folded_stays()
    {
        var shared = new Network(new Shape(2, 4, 4),
            [new BatchNorm("first", ["input"]), new Convolution("c", ["first"], 2), new BatchNorm("n", ["c"]), new Relu("other", ["c"])]);
        Assert.Equal(shared.ToJson(), Folding.Fold(shared, Filled(shared)).Network.ToJson());
    }

    [Fact]
    public void Weights_of_another_network_are_refused() => Assert.Throws<InvalidDataException>(() =>
        Folding.Fold(Vgg.Build(11, 5, new Shape(3, 32, 32), width: 0.05), Weights.Empty));
}
