using CsCheck;
using Heliograph.Networks;

namespace Heliograph.Tests.Networks;

public sealed class NetworkTests
{
    static readonly Network Vgg11 = Vgg.Build(11, 20, new Shape(3, 32, 32), width: 0.25);

    [Fact]
    public void An_unknown_split_point_is_refused_with_those_there_are() => Assert.Equal(
        "there is no split point 'pool6'; this network has pool1, pool2, pool3, pool4, pool5",
        Assert.Throws<UsageException>(() => Vgg11.SplitAt("pool6")).Message);

    [Fact]
    public void Nothing_is_left_behind_the_last_layer() => Assert.Throws<UsageException>(() => Vgg11.SplitAt(Vgg11.OutputName));

    [Theory]
    [InlineData("pool1")]
    [InlineData("relu2_1")]
    [InlineData("pool3")]
    [InlineData("pool5")]
    public void Both_halves_of_a_split_joined_are_the_network_again(string pool)
    {
        var split = Vgg11.SplitAt(pool);
        Assert.Equal(pool, split.Device.OutputName);
        Assert.Equal(Vgg11.Input, split.Device.Input);
        Assert.Equal(Vgg11.ShapeOf(pool), split.Edge.Input);
        Assert.Equal([Network.InputName], split.Edge.Layers[0].Inputs);
        Assert.Equal(Vgg11.ToJson(), split.Device.Then(split.Edge).ToJson());
        Assert.Equal(Vgg11.WeightSpecs().Select(s => s.Name), split.Device.WeightSpecs().Concat(split.Edge.WeightSpecs()).Select(s => s.Name));
    }

    [Fact]
    public void A_cut_through_a_layer_that_reads_both_sides_is_refused()
    {
        var network = new Network(new Shape(1, 4, 4), [new Relu("a", ["input"]), new Relu("b", ["a"]), new Relu("c", ["a"])]);
        Assert.Equal("the network cannot be cut after 'b': 'c' also reads 'a'", Assert.Throws<UsageException>(() => network.SplitAfter("b")).Message);
    }

    [Fact]
    public void Networks_that_do_not_fit_are_not_joined() => Assert.Equal(
        "a network that reads 3×32×32 cannot follow one that gives 20", Assert.Throws<UsageException>(() => Vgg11.Then(Vgg11)).Message);

    [Fact]
    public void Networks_are_equal_by_value()
    {
        var again = Network.FromJson(Vgg11.ToJson());
        Assert.Equal(Vgg11, again);
        Assert.Equal(Vgg11.GetHashCode(), again.GetHashCode());
        Assert.Equal(Vgg11.SplitAt("pool2"), again.SplitAt("pool2"));
        Assert.Equal(Vgg11.Cost(), again.Cost());
        Assert.Equal(Vgg11.WeightSpecs(), again.WeightSpecs());
        Assert.Equal(new ChannelGroups(Vgg11).All, new ChannelGroups(again).All);
        Assert.NotEqual(Vgg11, new Network(new Shape(3, 32, 64), Vgg11.Layers));
        // In one input of one layer.
        Network Sum(string second) => new(new Shape(1, 4, 4), [new Relu("a", ["input"]), new Relu("b", ["a"]), new Add("c", ["a", second])]);
        Assert.Equal(Sum("b"), Sum("b"));
        Assert.NotEqual(Sum("a"), Sum("b"));
    }

    public static TheoryData<Layer[], string> Unfit => new()
    {
        { [new Relu("a", ["b"]), new Relu("b", ["input"])], "layer 'a' reads 'b', which does not come before it" },
        { [new Relu("a", ["input"]), new Relu("a", ["a"])], "two layers are named 'a'" },
        { [new Relu("input", ["input"])], "two layers are named 'input'" },
        { [new Relu("a", ["input", "input"])], "cannot read 2 inputs" },
        { [new Relu("a", [])], "cannot read 0 inputs" },
        { [new Add("a", ["input"])], "cannot read 1 input" },
        { [new Convolution("a", ["input"], 3), new Add("b", ["a", "input"])], "cannot add maps of 3×4×4 and 2×4×4" },
        { [new Convolution("a", ["input"], 3, Groups: 2)], "2 channels and 3 filters cannot be divided into 2 groups" },
        { [new MaxPool("a", ["input"], 2, 2, 2)], "at most half the size" },
        { [new Linear("a", ["input"], 3)], "reads a vector, not a map of 2×4×4" },
        { [new Convolution("a", ["input"], 3, Kernel: 7)], "smaller than its kernel" },
        { [new Convolution("a", ["input"], 0)], "must be positive" },
        { [new Convolution("a", ["input"], 1, Stride: 0)], "must be positive" },
        { [new MaxPool("a", ["input"], 5)], "too small to be pooled" },
        { [new Reshape("a", ["input"], 2, 4, 5)], "cannot read 2×4×4 as 2×4×5" },
        { [new Convolution("a", ["input"], 1, Kernel: 1, Padding: int.MaxValue)], "layer 'a' (Convolution): the map has more values than can be counted" },
        { [new Convolution("a", ["input"], 1, Kernel: 1, Padding: 40_000)], "layer 'a' (Convolution): the map has more values than can be counted" },
        { [new Upsample("a", ["input"], 40_000, 40_000)], "layer 'a' (Upsample): the map has more values than can be counted" },
        { [new Reshape("a", ["input"], 32, 1 << 20, 1 << 20)], "layer 'a' (Reshape): the map has more values than can be counted" },
    };

    [Theory]
    [MemberData(nameof(Unfit), DisableDiscoveryEnumeration = true)]
    public void Layers_that_do_not_fit_together_are_refused(Layer[] layers, string why) =>
        Assert.Contains(why, Assert.Throws<UsageException>(() => new Network(new Shape(2, 4, 4), layers)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_input_of_more_values_than_can_be_counted_is_refused() => Assert.Equal(
        "a network's input cannot be 3×40000×40000: the map has more values than can be counted",
        Assert.Throws<UsageException>(() => new Network(new Shape(3, 40_000, 40_000), [])).Message);

    [Theory]
    [InlineData(1, 1, int.MaxValue, int.MaxValue, 3)]
    [InlineData(5, 3, 2, 1, 3)]
    [InlineData(8, 3, 2, 1, 4)]
    [InlineData(1, 3, 2, 1, 1)]
    [InlineData(7, 5, 3, 0, 1)]
    [InlineData(9, 1, 2, 0, 5)]
    public void A_convolution_writes_the_floor_of_side_plus_padding_minus_kernel_over_stride_plus_one(int side, int kernel, int stride, int padding, int expected) =>
        Assert.Equal(new Shape(2, expected, expected), new Convolution("a", ["input"], 2, kernel, stride, padding).Output([new Shape(3, side, side)]));

    [Fact]
    public void A_description_survives_json() => Sampled.Network.Sample(network =>
    {
        var read = Network.FromJson(network.ToJson());
        Assert.Equal(network.ToJson(), read.ToJson());
        Assert.DoesNotContain('\n', network.ToJson());
        Assert.Equal(network.Layers.Select(layer => network.ShapeOf(layer.Name)), read.Layers.Select(layer => read.ShapeOf(layer.Name)));
    }, iter: 200);

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"input\":null,\"layers\":[]}")]
    [InlineData("{\"input\":{\"channels\":3,\"height\":4,\"width\":4}}")]
    [InlineData("{\"input\":{\"channels\":3,\"height\":4,\"width\":4},\"layers\":null}")]
    [InlineData("{\"input\":{\"channels\":-3,\"height\":4,\"width\":4},\"layers\":[]}")]
    [InlineData("{\"input\":{\"channels\":3,\"height\":40000,\"width\":40000},\"layers\":[]}")]
    [InlineData("{\"input\":{\"channels\":3e99,\"height\":4,\"width\":4},\"layers\":[]}")]
    [InlineData("{\"input\":{\"channels\":2147483647,\"height\":2147483647,\"width\":4},\"layers\":[{\"type\":\"flatten\",\"name\":\"a\",\"inputs\":[\"input\"]}]}")]
    public void What_describes_no_network_is_invalid(string json) => Assert.Throws<InvalidDataException>(() => Network.FromJson(json));

    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("{\"name\":\"a\",\"inputs\":[\"input\"]}")]
    [InlineData("{\"type\":\"teapot\",\"name\":\"a\",\"inputs\":[\"input\"]}")]
    [InlineData("{\"type\":\"relu\",\"inputs\":[\"input\"]}")]
    [InlineData("{\"type\":\"relu\",\"name\":null,\"inputs\":[\"input\"]}")]
    [InlineData("{\"type\":\"relu\",\"name\":\"a\"}")]
    [InlineData("{\"type\":\"relu\",\"name\":\"a\",\"inputs\":null}")]
    [InlineData("{\"type\":\"relu\",\"name\":\"a\",\"inputs\":[null]}")]
    [InlineData("{\"type\":\"relu\",\"name\":\"a\",\"inputs\":[]}")]
    [InlineData("{\"type\":\"convolution\",\"name\":\"a\",\"inputs\":[\"input\"],\"filters\":-1}")]
    [InlineData("{\"type\":\"convolution\",\"name\":\"a\",\"inputs\":[\"input\"],\"filters\":1,\"kernel\":3,\"stride\":0}")]
    [InlineData("{\"type\":\"convolution\",\"name\":\"a\",\"inputs\":[\"input\"],\"filters\":1,\"kernel\":3,\"stride\":1,\"padding\":2147483647}")]
    [InlineData("{\"type\":\"convolution\",\"name\":\"a\",\"inputs\":[\"input\"],\"filters\":1,\"kernel\":1,\"stride\":1,\"padding\":2147483647}")]
    [InlineData("{\"type\":\"maxPool\",\"name\":\"a\",\"inputs\":[\"input\"],\"size\":0}")]
    [InlineData("{\"type\":\"maxPool\",\"name\":\"a\",\"inputs\":[\"input\"],\"size\":-2}")]
    [InlineData("{\"type\":\"upsample\",\"name\":\"a\",\"inputs\":[\"input\"],\"height\":-2,\"width\":0}")]
    [InlineData("{\"type\":\"reshape\",\"name\":\"a\",\"inputs\":[\"input\"],\"channels\":-3,\"height\":-4,\"width\":4}")]
    [InlineData("{\"type\":\"reshape\",\"name\":\"a\",\"inputs\":[\"input\"],\"channels\":2147483647,\"height\":2147483647,\"width\":2}")]
    public void A_layer_that_makes_no_sense_is_invalid(string layer) => Assert.Throws<InvalidDataException>(() =>
        Network.FromJson("{\"input\":{\"channels\":3,\"height\":4,\"width\":4},\"layers\":[" + layer + "]}"));

    [Fact]
    public void A_linear_layer_has_at_least_one_feature() =>
        Assert.Throws<UsageException>(() => new Network(new Shape(3, 1, 1), [new Linear("a", ["input"], -5)]));

    static readonly string[] Splices = ["", "-", "0", "9", "null", "\"", "{", "]", "\0", "e9"];

    [Fact]
    public void Damaged_descriptions_are_invalid_and_nothing_worse() =>
        Gen.Select(Sampled.Network, Gen.Int[0, 10_000], Gen.Int[0, Splices.Length - 1], Gen.Int[0, 3]).Sample((network, at, splice, cut) =>
        {
            string json = network.ToJson();
            at %= json.Length;
            string damaged = json[..at] + Splices[splice] + json[Math.Min(json.Length, at + cut)..];
            try
            {
                _ = Network.FromJson(damaged);
            }
            catch (InvalidDataException)
            {
            }
        }, iter: 3000);
}
