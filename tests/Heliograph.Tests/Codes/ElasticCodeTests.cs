using Heliograph.Codes;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Runtime;

namespace Heliograph.Tests.Codes;

public sealed class ElasticCodeTests
{
    static readonly Network Backbone = Backbones.Build("vgg11", 10, new Shape(3, 32, 32), 0.25);
    static readonly Modes Modes = new([0, 0.5, 0.75], [16, 32, 64], 0, 20);
    static readonly Network[] Widths = [.. Enumerable.Range(0, 3).Select(width => ElasticCode.Device(Backbone, "pool2", Modes, width, floor: 2))];
    static readonly Weights Weights = Drawn.Weights(Widths[0], 5);

    public static TheoryData<EncoderPath, int> Paths
    {
        get
        {
            var cases = new TheoryData<EncoderPath, int>();
            foreach (var path in Enum.GetValues<EncoderPath>())
            {
                cases.Add(path, 16);
                cases.Add(path, 32);
            }
            return cases;
        }
    }

    [Theory, MemberData(nameof(Paths))]
    public void The_first_symbols_are_those_of_a_device_that_computes_no_more_bit_for_bit(EncoderPath path, int symbols)
    {
        foreach (int width in (int[])[0, 2])
        {
            var network = Widths[width];
            var own = (width == 0 ? Weights : new([.. Weights, .. ElasticCode.OwnFirst(network, Weights)])).BeginningFor(network);
            var first = ElasticCode.First(network, symbols);
            byte[] image = new byte[Backbone.Input.Elements];
            new Random(3).NextBytes(image);
            float[] whole = Encode(network, own, path, image), part = Encode(first, own.BeginningFor(first), path, image);
            Assert.Equal(symbols, part.Length);
            Assert.Equal(whole[..symbols], part);
            Assert.True(first.Cost().Macs < network.Cost().Macs);
            foreach (var (start, end) in ((int, int)[])[(0, 16), (16, 32), (32, 64)])
                Assert.Equal(1, whole[start..end].Average(value => (double)value * value), 5);
        }
    }

    [Fact]
    public void A_narrower_device_half_has_the_first_filters_of_the_wider_one_and_batch_norms_of_its_own()
    {
        Assert.Equal(Widths[0].Layers.OfType<Convolution>().Select(layer => (layer.Name, Kept(layer))), Widths[1].Layers.OfType<Convolution>().Select(layer => (layer.Name, layer.Filters)));
        Assert.Equal(["bn1_1@1", "bn2_1@1"], Widths[1].Layers.OfType<BatchNorm>().Select(layer => layer.Name));
        var own = ElasticCode.OwnFirst(Widths[1], Weights);
        Assert.Equal(Weights["bn1_1.weight"].Values[..8], own["bn1_1@1.weight"].Values);
        Assert.Equal(Modes.MostSymbols, Widths[2].Output.Elements);

        static int Kept(Convolution layer) => layer.Name.StartsWith("encoder", StringComparison.Ordinal) ? layer.Filters : layer.Filters / 2;
    }

    [Fact]
    public void The_beginning_of_an_array_is_that_of_every_dimension()
    {
        var array = new WeightArray([2, 3, 2], [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        Assert.Equal([0, 1, 2, 3], array.Beginning([1, 2, 2]).Values);
        Assert.Equal([0, 2, 6, 8], array.Beginning([2, 2, 1]).Values);
        Assert.Throws<ArgumentException>(() => array.Beginning([3, 1, 1]));
    }

    [Fact]
    public void A_code_is_cut_only_where_a_part_ends()
    {
        Assert.Contains("16, 32, 64", Assert.Throws<UsageException>(() => ElasticCode.First(Widths[0], 24)).Message);
        Assert.Contains("multiple of 16", Assert.Throws<UsageException>(() => ElasticCode.Device(Backbone, "pool2", new Modes([0], [8], 0, 0), 0, 1)).Message);
    }

    static float[] Encode(Network network, Weights weights, EncoderPath path, byte[] image)
    {
        var (folded, values) = Folding.Fold(network, weights);
        var half = new DeviceHalf(new(folded, values), new Normalisation([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]));
        var encoder = new Encoder(half, new() { Path = path });
        var symbols = new float[encoder.SymbolCount];
        encoder.Encode(image, symbols);
        return symbols;
    }
}
