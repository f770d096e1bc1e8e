using Heliograph.Networks;

namespace Heliograph.Tests.Networks;

public sealed class BackbonesTests
{
    static readonly Shape Image = new(3, 32, 32);

    // Multiply-accumulates and parameters as published for CIFAR with 10 or 100 classes. ResNet-20 and 56: He et al., 2016, table 6 and akamaster/pytorch_resnet_cifar10
    // (40.8 and 125.5 M MACs), plus the projections of their shortcuts; ResNet-18 and MobileNets: kuangliu/pytorch-cifar.
    [Theory]
    [InlineData("resnet20", 10, 40.55e6 + 2 * 16 * 16 * 32 * 16 / 2, 0.272e6)]
    [InlineData("resnet56", 10, 125.49e6 + 2 * 16 * 16 * 32 * 16 / 2, 0.855e6)]
    [InlineData("resnet18", 10, 555.4e6, 11.17e6)]
    [InlineData("mobilenetv1", 10, 46.35e6, 3.217e6)]
    [InlineData("mobilenetv2", 10, 87.98e6, 2.237e6)]
    [InlineData("resnet8", 10, 12.5e6, 0.078e6)]
    public void Costs_are_those_that_are_published(string name, int classes, double macs, double parameters)
    {
        var cost = Backbones.Build(name, classes, Image).Cost();
        Assert.Equal(macs, cost.Macs, 0.01 * macs);
        Assert.Equal(parameters, cost.Parameters, 0.005 * parameters);
    }

    [Fact]
    public void Every_backbone_can_be_cut_at_each_of_its_split_points_and_every_other_cut()
    {
        foreach (string name in Backbones.Names)
        {
            var network = Backbones.Build(name, 7, Image, width: 0.25, dropout: 0.1);
            Assert.Equal(new Shape(7, 1, 1), network.Output);
            Assert.NotEmpty(network.SplitPoints);
            foreach (string cut in network.Cuts)
            {
                var split = network.SplitAt(cut);
                Assert.Equal(split.Device.Output, split.Edge.Input);
                Assert.Equal(network.Layers.Count, split.Device.Layers.Count + split.Edge.Layers.Count);
                Assert.Equal(network.Cost().Macs, split.Device.Cost().Macs + split.Edge.Cost().Macs);
            }
        }
    }

    [Fact]
    public void A_residual_network_is_cut_between_blocks_not_within()
    {
        var network = Backbones.Build("resnet8", 10, Image);
        Assert.Equal(["block1", "block2", "block3"], network.SplitPoints);
        Assert.Equal(["conv0", "bn0", "relu0", "add1", "block1", "add2", "block2", "add3", "block3", "gap"], network.Cuts);
        Assert.Equal("the network cannot be cut after 'relu2_1': layers after it read more than its map; this network has block1, block2, block3",
            Assert.Throws<UsageException>(() => network.SplitAt("relu2_1")).Message);
        Assert.StartsWith("there is no split point 'pool1'; this network has block1", Assert.Throws<UsageException>(() => network.SplitAt("pool1")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Additions_and_depthwise_convolutions_tie_channels()
    {
        var residual = new ChannelGroups(Backbones.Build("resnet8", 10, Image));
        Assert.Equal(["conv0 conv1_2", "conv1_1", "conv2_s conv2_2", "conv2_1", "conv3_s conv3_2", "conv3_1"], residual.All.Select(group => string.Join(' ', group.Convolutions)));
        var mobile = new ChannelGroups(Backbones.Build("mobilenetv1", 10, Image));
        Assert.Equal("conv0 conv1_dw", string.Join(' ', mobile.All[0].Convolutions));
        Assert.Equal(14, mobile.All.Count);
        Assert.Equal(13, new ChannelGroups(Backbones.Build("vgg16", 10, Image)).All.Count);
    }

    [Fact]
    public void Filters_that_are_tied_to_some_behind_the_split_point_stay()
    {
        var network = Backbones.Build("resnet20", 10, Image);
        var pruned = UniformPruning.Prune(network, "block2", 0.5);
        // Block 3 adds to the same map.
        Assert.Equal((16, 8, 16, 8, 16, 16), (Filters("conv0"), Filters("conv1_1"), Filters("conv1_2"), Filters("conv2_1"), Filters("conv2_2"), Filters("conv3_1")));
        Assert.Equal(8, UniformPruning.Prune(network, "block3", 0.5).ShapeOf("conv3_2").Channels);

        int Filters(string name) => pruned.ShapeOf(name).Channels;
    }
}
