using Heliograph.Networks;

namespace Heliograph.Tests.Networks;

/// <summary>VGG16 for CIFAR-100 against the paper's figures and those that follow from its text.</summary>
public sealed class VggTests
{
    static readonly Network Vgg16 = Vgg.Build(16, 100, new Shape(3, 32, 32));

    [Fact]
    public void The_whole_network_costs_313_772_032_macs_and_15_299_748_parameters()
    {
        Assert.Equal(313_772_032, Vgg16.Cost().Macs);
        Assert.Equal(15_299_748, Vgg16.Cost().Parameters);
        Assert.Equal(4224, Vgg16.Filters());
    }

    [Theory]
    [InlineData("pool1", 39_518_208, 64, 16, 128)]
    [InlineData("pool2", 96_141_312, 128, 8, 384)]
    [InlineData("pool3", 190_513_152, 256, 4, 1152)]
    [InlineData("pool4", 284_884_992, 512, 2, 2688)]
    [InlineData("pool5", 313_196_544, 512, 1, 4224)]
    public void Up_to_a_pool(string pool, long macs, int channels, int side, int filters)
    {
        var device = Vgg16.SplitAt(pool).Device;
        Assert.Equal(macs, device.Cost().Macs);
        Assert.Equal(new Shape(channels, side, side), device.Output);
        Assert.Equal(filters, device.Filters());
    }

    [Fact]
    public void Each_layer_costs_height_times_width_times_nine_times_inputs_times_filters()
    {
        (string Name, long Side, long From, long To)[] convolutions =
        [
            ("conv1_1", 32, 3, 64), ("conv1_2", 32, 64, 64),
            ("conv2_1", 16, 64, 128), ("conv2_2", 16, 128, 128),
            ("conv3_1", 8, 128, 256), ("conv3_2", 8, 256, 256), ("conv3_3", 8, 256, 256),
            ("conv4_1", 4, 256, 512), ("conv4_2", 4, 512, 512), ("conv4_3", 4, 512, 512),
            ("conv5_1", 2, 512, 512), ("conv5_2", 2, 512, 512), ("conv5_3", 2, 512, 512),
        ];
        var expected = convolutions.ToDictionary(c => c.Name, c => (Macs: c.Side * c.Side * 9 * c.From * c.To, Parameters: 9 * c.From * c.To + c.To));
        expected["fc1"] = expected["fc2"] = (512 * 512, 512 * 512 + 512);
        expected["fc3"] = (512 * 100, 512 * 100 + 100);
        foreach (var c in convolutions)
            expected[c.Name.Replace("conv", "bn", StringComparison.Ordinal)] = (0, 2 * c.To);

        foreach (var layer in Vgg16.Cost().Layers)
            Assert.Equal((layer.Layer, expected.GetValueOrDefault(layer.Layer)), (layer.Layer, (layer.Macs, layer.Parameters)));
        Assert.Empty(expected.Keys.Except(Vgg16.Layers.Select(layer => layer.Name)));
    }

    [Theory]
    [InlineData("pool1", 22.56, 10.32, 2.80)]
    [InlineData("pool2", 54.41, 24.48, 6.34)]
    [InlineData("pool3", 107.50, 48.07, 12.24)]
    [InlineData("pool4", 160.58, 71.66, 18.14)]
    [InlineData("pool5", 176.50, 78.74, 19.91)]
    public void Uniform_pruning_of_a_quarter_a_half_and_three_quarters(string pool, double quarter, double half, double threeQuarters)
    {
        double Millions(double ratio) => Math.Round(UniformPruning.Prune(Vgg16, pool, ratio).SplitAt(pool).Device.Cost().Macs / 1e6, 2);
        Assert.Equal((quarter, half, threeQuarters), (Millions(0.25), Millions(0.5), Millions(0.75)));
    }

    [Fact]
    public void Uniform_pruning_leaves_what_lies_behind_the_split_point()
    {
        var pruned = UniformPruning.Prune(Vgg16, "pool2", 0.5);
        Assert.Equal([32, 32, 64, 64, 256, 256, 256, 512, 512, 512, 512, 512, 512], pruned.Layers.OfType<Convolution>().Select(c => c.Filters));
        Assert.Equal(8 * 8 * 9 * 64 * 256, pruned.Cost().Layers.Single(layer => layer.Layer == "conv3_1").Macs);
        Assert.Equal(Vgg16.ToJson(), UniformPruning.Prune(Vgg16, "pool5", 0).ToJson());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    public void A_ratio_outside_0_to_1_is_refused(double ratio) =>
        Assert.Contains("at least 0 and below 1", Assert.Throws<UsageException>(() => UniformPruning.Prune(Vgg16, "pool2", ratio)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(11, 8)]
    [InlineData(13, 10)]
    [InlineData(16, 13)]
    [InlineData(19, 16)]
    public void The_depth_counts_convolutions_and_three_linear_layers(int depth, int convolutions)
    {
        var network = Backbones.Build($"vgg{depth}", 10, new Shape(1, 32, 32));
        Assert.Equal(convolutions, network.Layers.OfType<Convolution>().Count());
        Assert.Equal(convolutions, network.Layers.OfType<BatchNorm>().Count());
        Assert.Equal(3, network.Layers.OfType<Linear>().Count());
        Assert.Equal(["pool1", "pool2", "pool3", "pool4", "pool5"], network.SplitPoints);
        Assert.Equal(new Shape(10, 1, 1), network.Output);
    }

    [Theory]
    [InlineData(32, 63, 1, 1)]
    [InlineData(33, 47, 1, 1)]
    [InlineData(64, 96, 2, 3)]
    [InlineData(95, 224, 2, 7)]
    public void Images_of_any_size_that_the_pools_allow(int height, int width, int mapHeight, int mapWidth)
    {
        var network = Vgg.Build(11, 7, new Shape(3, height, width), width: 0.25);
        Assert.Equal(new Shape(128, mapHeight, mapWidth), network.ShapeOf("pool5"));
        Assert.Equal(new Shape(128 * mapHeight * mapWidth, 1, 1), network.ShapeOf("flatten"));
        Assert.Equal(128L * mapHeight * mapWidth * 128, network.Cost().Layers.Single(layer => layer.Layer == "fc1").Macs);
    }

    [Fact]
    public void Odd_maps_lose_their_last_row_and_column_in_each_pool()
    {
        var network = Vgg.Build(11, 7, new Shape(3, 45, 63));
        Assert.Equal([(22, 31), (11, 15), (5, 7), (2, 3), (1, 1)],
            network.SplitPoints.Select(pool => (network.ShapeOf(pool).Height, network.ShapeOf(pool).Width)));
    }

    [Fact]
    public void Dropout_stands_behind_the_hidden_linear_layers_only_when_asked_for()
    {
        Assert.Empty(Vgg16.Layers.OfType<Dropout>());
        var with = Vgg.Build(16, 100, new Shape(3, 32, 32), dropout: 0.5);
        Assert.Equal(["relu_fc1", "relu_fc2"], with.Layers.OfType<Dropout>().Select(layer => layer.Inputs[0]));
        Assert.Equal(Vgg16.Cost().Macs, with.Cost().Macs);
    }

    public static TheoryData<Action, string> Refused => new()
    {
        { () => Backbones.Build("vgg17", 10, new Shape(3, 32, 32)), "'vgg17'; known are vgg11, vgg13, vgg16, vgg19, " },
        { () => Vgg.Build(16, 1, new Shape(3, 32, 32)), "at least 2 classes, not 1" },
        { () => Vgg.Build(16, 10, new Shape(3, 31, 32)), "at least 32×32 pixels, not 31×32" },
        { () => Vgg.Build(16, 10, new Shape(3, 32, 32), width: 0), "width must be above 0" },
        { () => Vgg.Build(16, 10, new Shape(3, 32, 32), dropout: 1), "dropout rate" },
    };

    [Theory]
    [MemberData(nameof(Refused), DisableDiscoveryEnumeration = true)]
    public void What_cannot_be_built_is_refused(Action build, string why) =>
        Assert.Contains(why, Assert.Throws<UsageException>(build).Message, StringComparison.Ordinal);
}
