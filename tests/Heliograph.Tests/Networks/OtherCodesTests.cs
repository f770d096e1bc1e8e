using Heliograph.Networks;

namespace Heliograph.Tests.Networks;

/// <summary>The codes beside the paper's (<see cref="JointCodeTests"/>).</summary>
public sealed class OtherCodesTests
{
    /// <summary>Bourtsoulatze and others: k/n = 1/6 for CIFAR, 512 complex uses for 3,072 values, takes 16 channels of 8×8 real symbols.</summary>
    [Fact]
    public void An_images_code_is_a_quarter_of_its_height_and_width()
    {
        var encoder = ImageCode.Encoder((3, 32, 32), 16);
        Assert.Equal(2 * 3072 / 6, encoder.Output.Elements);
        // 16²·25·3·32 + 8²·9·32·64 + 8²·9·64·64 + 8²·9·64·16.
        Assert.Equal(614_400 + 1_179_648 + 2_359_296 + 589_824, encoder.Cost().Macs);
        foreach (Shape image in (Shape[])[(3, 32, 32), (1, 30, 45), (3, 1, 7)])
            Assert.Equal(image, ImageCode.Decoder(image, 4).ShapeOf(ImageCode.RestoredLayer));
        Assert.Equal(6, ImageCode.Encoder((3, 32, 32), 16, layers: 2, feedback: true).Input.Channels);
        Assert.Throws<UsageException>(() => ImageCode.Encoder((3, 32, 32), 16, layers: 3));
    }

    [Fact]
    public void A_dense_code_carries_features_of_any_shape_in_any_number_of_symbols()
    {
        foreach (Shape features in (Shape[])[(512, 1, 1), (8, 2, 3)])
        {
            Assert.Equal(5, DenseCode.Encoder(features, 5).Output.Elements);
            Assert.Equal(5 * features.Elements, DenseCode.Encoder(features, 5).Cost().Macs);
            Assert.Equal(features, DenseCode.Decoder(features, 5).Output);
        }
        Assert.Throws<UsageException>(() => DenseCode.Encoder((8, 1, 1), 0));
    }
}
