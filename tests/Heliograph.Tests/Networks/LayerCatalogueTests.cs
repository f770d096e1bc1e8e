using Heliograph.Networks;

namespace Heliograph.Tests.Networks;

public sealed class LayerCatalogueTests
{
    static Layer[] Layers =>
    [
        new Convolution("conv", ["input"], 6), new Convolution("wide", ["conv"], 6, 5, 2, 2, Groups: 3, Bias: false), new BatchNorm("bn", ["wide"], 1e-3f, 0.2f),
        new Relu("relu", ["bn"]), new Relu6("relu6", ["relu"]), new PRelu("prelu", ["relu6"]), new Add("add", ["prelu", "relu6", "bn"]),
        new MaxPool("max", ["add"], 3, 1, 1), new AveragePool("mean", ["max"], 2), new Upsample("up", ["mean"], 5, 4), new Sigmoid("sigmoid", ["up"]), new TransposedConvolution("wider", ["sigmoid"], 6, 3), new MaxPool("back", ["wider"], 3), new Gdn("gdn", ["back"]), new Gdn("igdn", ["gdn"], Inverse: true),
        new Dropout("drop", ["igdn"], 0.25f), new PowerNormalization("power", ["drop"]), new Reshape("map", ["power"], 6, 4, 5), new Flatten("flat", ["map"]), new Linear("fc", ["flat"], 12),
        new Slice("part", ["fc"], 2, 8), new Gdn("causal", ["map"], Causal: true), new PowerNormalization("parts", ["part"], [3, 5]), new Slice("factors", ["fc"], 0, 12), new Film("film", ["causal", "factors"]),
        new SnrFilm("told", ["film"], -6, 20, 8), new SnrTable("rows", ["told"], -6, 0.5, 9),
    ];

    [Fact]
    public void Every_kind_is_read_as_it_was_written()
    {
        var network = new Network(new Shape(3, 12, 12), Layers);
        var read = Network.FromJson(network.ToJson());
        Assert.Equal(network.ToJson(), read.ToJson());
        Assert.Equal(network.Layers, read.Layers);
        Assert.Equal(LayerCatalogue.Names.Order(), Layers.Select(layer => layer.Type).Distinct().Order());
    }

    [Fact]
    public void Every_kind_is_in_the_catalogue()
    {
        var kinds = typeof(Layer).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Layer)) && !type.IsAbstract);
        Assert.Empty(kinds.Except(Layers.Select(layer => layer.GetType())));
    }

    [Fact]
    public void What_the_first_version_of_the_format_had_is_written_as_it_was()
    {
        Layer[] layers = [new Convolution("conv", ["input"], 6, Stride: 2), new BatchNorm("bn", ["conv"]), new MaxPool("pool", ["bn"])];
        Assert.Equal("""
            {"input":{"channels":3,"height":32,"width":32,"elements":3072,"isVector":false},"layers":[{"type":"convolution","filters":6,"kernel":3,"stride":2,"padding":1,"name":"conv","inputs":["input"]},{"type":"batchNorm","epsilon":1E-05,"momentum":0.1,"name":"bn","inputs":["conv"]},{"type":"maxPool","size":2,"name":"pool","inputs":["bn"]}]}
            """, new Network(new Shape(3, 32, 32), layers).ToJson());
    }
}
