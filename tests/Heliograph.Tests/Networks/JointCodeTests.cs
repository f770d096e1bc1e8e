using Heliograph.Networks;

namespace Heliograph.Tests.Networks;

public sealed class JointCodeTests
{
    [Theory]
    [InlineData("pool1", 8, 64)]
    [InlineData("pool2", 4, 16)]
    [InlineData("pool3", 2, 4)]
    [InlineData("pool4", 1, 1)]
    [InlineData("pool5", 1, 1)]
    public void The_code_of_each_pool_halves_the_map_where_it_can(string pool, int side, int symbolsPerChannel)
    {
        var map = Vgg.Build(16, 100, new Shape(3, 32, 32)).ShapeOf(pool);
        Network encoder = JointCode.Encoder(map, 6), decoder = JointCode.Decoder(map, 6);
        Assert.Equal(new Shape(6, side, side), encoder.ShapeOf("encoder.prelu"));
        Assert.Equal(new Shape(6 * symbolsPerChannel, 1, 1), encoder.Output);
        Assert.Equal(encoder.Output, decoder.Input);
        Assert.Equal(map, decoder.Output);
        Assert.Equal(map, encoder.Then(decoder).Output);
        Assert.Equal(pool != "pool5", decoder.Layers.Any(layer => layer is Upsample));
    }

    [Theory]
    [InlineData(2, 2, 1, 1)]
    [InlineData(3, 3, 2, 2)]
    [InlineData(5, 7, 3, 4)]
    [InlineData(1, 4, 1, 4)]
    [InlineData(6, 1, 6, 1)]
    public void Odd_and_flat_maps_come_back_at_their_size(int height, int width, int codeHeight, int codeWidth)
    {
        var map = new Shape(9, height, width);
        var encoder = JointCode.Encoder(map, 2);
        Assert.Equal(new Shape(2, codeHeight, codeWidth), encoder.ShapeOf("encoder.prelu"));
        Assert.Equal(map, JointCode.Decoder(map, 2).Output);
    }

    [Fact]
    public void The_layers_are_those_of_the_papers_figure_2()
    {
        var map = new Shape(128, 8, 8);
        Assert.Equal(["Convolution", "Gdn", "PRelu", "PowerNormalization"], JointCode.Encoder(map, 4).Layers.Select(layer => layer.Kind));
        Assert.Equal(["Reshape", "Convolution", "Gdn", "PRelu", "Upsample", "Convolution", "BatchNorm", "PRelu"], JointCode.Decoder(map, 4).Layers.Select(layer => layer.Kind));
        Assert.False(JointCode.Encoder(map, 4).Layers.OfType<Gdn>().Single().Inverse);
        Assert.True(JointCode.Decoder(map, 4).Layers.OfType<Gdn>().Single().Inverse);
    }

    [Fact]
    public void A_code_of_no_channels_is_refused() =>
        Assert.Equal("the encoder needs at least 1 channel, not 0", Assert.Throws<UsageException>(() => JointCode.Encoder(new Shape(8, 4, 4), 0)).Message);
}
