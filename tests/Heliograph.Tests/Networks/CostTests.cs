using CsCheck;
using Heliograph.Networks;

namespace Heliograph.Tests.Networks;

public sealed class CostTests
{
    [Fact]
    public void The_encoder_of_a_half_pruned_pool2_with_4_channels_costs_36_864_macs_and_its_gdn_256()
    {
        var encoder = JointCode.Encoder(new Shape(64, 8, 8), 4).Cost();
        Assert.Equal(4 * 4 * 9 * 64 * 4, encoder.MacsOf("encoder.conv"));
        Assert.Equal(36_864, encoder.MacsOf("encoder.conv"));
        Assert.Equal(256, encoder.MacsOf("encoder.gdn"));
        Assert.Equal(36_864 + 256, encoder.Macs);
        Assert.Equal(9 * 64 * 4 + 4 + 4 + 16 + 4, encoder.Parameters);
        Assert.Equal(73_728, JointCode.Encoder(new Shape(128, 8, 8), 4).Cost().MacsOf("encoder.conv"));
        Assert.Equal(36_864, JointCode.Encoder(new Shape(512, 2, 2), 8).Cost().MacsOf("encoder.conv"));
    }

    [Fact]
    public void Peak_activation_is_what_a_layer_reads_and_writes()
    {
        // 192 → 256 (batch norm and ReLU in place) → 64 → 8 values.
        var network = new Network(new Shape(3, 8, 8),
        [
            new Convolution("a", ["input"], 4), new BatchNorm("b", ["a"]), new Relu("c", ["b"]), new MaxPool("d", ["c"]),
            new Convolution("e", ["d"], 2, Stride: 2),
        ]);
        Assert.Equal(4 * (192 + 256), network.Cost().PeakActivationBytes);
    }

    [Fact]
    public void Peak_activation_may_lie_in_the_middle()
    {
        var network = new Network(new Shape(1, 8, 8), [new Convolution("a", ["input"], 4), new Convolution("b", ["a"], 6), new Convolution("c", ["b"], 1)]);
        Assert.Equal(4 * (256 + 384), network.Cost().PeakActivationBytes);
    }

    [Fact]
    public void Peak_activation_counts_a_map_that_a_later_layer_still_needs_and_the_image_is_never_overwritten()
    {
        // While b writes, a and the input are alive: c still reads the input.
        var network = new Network(new Shape(1, 4, 4), [new Relu("a", ["input"]), new Convolution("b", ["a"], 2), new Convolution("c", ["input"], 1)]);
        Assert.Equal(4 * (16 + 16 + 32), network.Cost().PeakActivationBytes);
    }

    [Fact]
    public void Peak_activation_of_vgg16_up_to_pool2_is_two_maps_of_64_by_32_by_32()
    {
        var device = Vgg.Build(16, 100, new Shape(3, 32, 32)).SplitAt("pool2").Device;
        Assert.Equal(2 * 64 * 32 * 32 * 4, device.Cost().PeakActivationBytes);
        Assert.Equal(device.Cost().PeakActivationBytes, device.Then(JointCode.Encoder(device.Output, 4)).Cost().PeakActivationBytes);
    }

    [Fact]
    public void A_pair_costs_what_its_parts_cost() => Sampled.Network.Sample(network =>
    {
        var map = network.Output;
        Network encoder = JointCode.Encoder(map, 3), decoder = JointCode.Decoder(map, 3);
        var whole = network.Then(encoder).Then(decoder).Cost();
        Assert.Equal(network.Cost().Macs + encoder.Cost().Macs + decoder.Cost().Macs, whole.Macs);
        Assert.Equal(network.Cost().Parameters + encoder.Cost().Parameters + decoder.Cost().Parameters, whole.Parameters);
        Assert.Equal(encoder.Cost().Macs, whole.MacsOf("encoder."));
    }, iter: 200);

    [Fact]
    public void Splitting_anywhere_conserves_macs_parameters_and_the_network() => Sampled.Network.Sample(network =>
    {
        var whole = network.Cost();
        foreach (var layer in network.Layers)
        {
            var split = network.SplitAfter(layer.Name);
            Cost device = split.Device.Cost(), edge = split.Edge.Cost();
            Assert.Equal((whole.Macs, whole.Parameters), (device.Macs + edge.Macs, device.Parameters + edge.Parameters));
            Assert.Equal(split.Device.Output, split.Edge.Input);
            Assert.Equal(network.ToJson(), split.Device.Then(split.Edge).ToJson());
            Assert.InRange(device.PeakActivationBytes, 0, whole.PeakActivationBytes);
        }
    }, iter: 200);

    [Fact]
    public void More_uniform_pruning_never_costs_more() =>
        Gen.Select(Gen.Double[0, 0.999], Gen.Double[0, 0.999], Gen.OneOf(Gen.Const(11), Gen.Const(13), Gen.Const(16), Gen.Const(19)), Gen.Int[1, 5], Gen.Double[0.02, 0.3])
            .Sample((a, b, depth, pool, width) =>
            {
                var network = Vgg.Build(depth, 5, new Shape(3, 32, 32), width);
                Cost less = UniformPruning.Prune(network, $"pool{pool}", Math.Min(a, b)).Cost(), more = UniformPruning.Prune(network, $"pool{pool}", Math.Max(a, b)).Cost();
                Assert.True(more.Macs <= less.Macs && less.Macs <= network.Cost().Macs);
                Assert.True(more.Parameters <= less.Parameters && more.PeakActivationBytes <= less.PeakActivationBytes);
            }, iter: 100);

    [Fact]
    public void A_layer_keeps_the_nearest_number_of_filters_but_one() => Gen.Select(Gen.Int[1, 2000], Gen.Double[0, 0.9999]).Sample((filters, ratio) =>
    {
        int kept = UniformPruning.Kept(filters, ratio);
        Assert.InRange(kept, 1, filters);
        if (kept > 1)
            Assert.InRange(Math.Abs(kept - filters * (1 - ratio)), 0, 0.5 + 1e-9);
    });
}
