using Heliograph.Networks;

namespace Heliograph.Tests.Networks;

/// <summary>The codes of BottleNet and BottleNet++.</summary>
public sealed class PublishedCodesTests
{
    /// <summary>64 times fewer symbols than values after pool4: of 2×2×512, 32; of half the width, 16.</summary>
    [Theory]
    [InlineData(512, 32)]
    [InlineData(256, 16)]
    public void BottleNetPlus_sends_64_times_less_in_few_products(int channels, int symbols)
    {
        var map = new Shape(channels, 2, 2);
        var encoder = BottleNetPlus.Encoder(map, symbols, stride: 2, PowerConstraint.Peak);
        Assert.Equal((64, symbols), (map.Elements / encoder.Output.Elements, encoder.Output.Elements));
        Assert.Equal(["Convolution", "BatchNorm", "Sigmoid", "Flatten"], encoder.Layers.Select(layer => layer.Kind));
        Assert.Equal(4L * channels * symbols, encoder.Cost().Macs);
        var decoder = BottleNetPlus.Decoder(map, symbols, stride: 2);
        Assert.Equal(["Reshape", "TransposedConvolution", "BatchNorm", "Relu"], decoder.Layers.Select(layer => layer.Kind));
        Assert.Equal((encoder.Output, map, 4L * channels * symbols), (decoder.Input, decoder.Output, decoder.Cost().Macs));
    }

    [Fact]
    public void Under_the_papers_constraint_the_symbols_are_normalised() =>
        Assert.IsType<PowerNormalization>(BottleNetPlus.Encoder(new Shape(8, 4, 4), 2).Layers[^1]);

    [Fact]
    public void BottleNet_reduces_channels_and_then_the_size()
    {
        var map = new Shape(64, 8, 4);
        var encoder = BottleNet.Encoder(map, 5);
        Assert.Equal(["Convolution", "BatchNorm", "Relu", "Convolution", "BatchNorm", "Relu", "Flatten"], encoder.Layers.Select(layer => layer.Kind));
        Assert.Equal(new Shape(5, 4, 2), encoder.ShapeOf("encoder.relu2"));
        // 8·4 positions of 64 → 5 channels, then 4·2 of 2·2·5 → 5.
        Assert.Equal(32 * 64 * 5 + 8 * 4 * 5 * 5, encoder.Cost().Macs);
        Assert.Equal(map, BottleNet.Decoder(map, 5).Output);
    }

    /// <summary>Without a stride, the size is reduced where it can be.</summary>
    [Theory]
    [InlineData(4, 4, null, 2)]
    [InlineData(4, 4, 1, 1)]
    [InlineData(1, 1, null, 1)]
    [InlineData(3, 4, null, 1)]
    public void The_codes_restore_every_map(int height, int width, int? stride, int by)
    {
        var map = new Shape(7, height, width);
        foreach (var (encoder, decoder) in ((Network, Network)[])[(BottleNet.Encoder(map, 2, stride), BottleNet.Decoder(map, 2, stride)), (BottleNetPlus.Encoder(map, 2, stride), BottleNetPlus.Decoder(map, 2, stride))])
        {
            Assert.Equal(2 * height * width / by / by, encoder.Output.Elements);
            Assert.Equal(map, encoder.Then(decoder).Output);
        }
    }

    [Fact]
    public void What_cannot_be_reduced_is_refused()
    {
        Assert.Equal("a map of 9×1×4 cannot be halved in height and width", Assert.Throws<UsageException>(() => BottleNetPlus.Encoder((9, 1, 4), 2, stride: 2)).Message);
        Assert.Equal("the encoder needs at least 1 channel, not 0", Assert.Throws<UsageException>(() => BottleNet.Decoder((9, 4, 4), 0)).Message);
    }
}
