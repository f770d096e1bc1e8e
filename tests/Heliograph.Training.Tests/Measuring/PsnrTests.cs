using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Measuring;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Measuring;

[Collection(TorchCollection.Name)]
public sealed class PsnrTests
{
    static readonly Shape Shape = new(2, 1, 1);

    [Fact]
    public void It_is_that_of_the_mean_squared_error_of_bytes()
    {
        // Squares 9 and 16, mean 12.5: 10·log₁₀(65,025 / 12.5).
        Assert.Equal(37.1617, PsnrMeter.Of([10, 20], [13, 16]), 4);
        // As wrong as can be: 0 dB.
        Assert.Equal(0, PsnrMeter.Of([0, 255], [255, 0]));
        Assert.Equal(100, PsnrMeter.Of([1, 2], [1, 2]));
    }

    /// <summary>Images (255, 0) and (0, 255) are sent as ±1 and restored as ±gain: mean ½, deviation ½.</summary>
    [Theory]
    // 242.25 → 242 and 12.75 → 13: both are 13 off.
    [InlineData(0.9f, 25.8519)]
    // Beyond white and black there is nothing: no error.
    [InlineData(1.5f, 100)]
    public void Restored_images_are_measured_as_pixels(float gain, double expected)
    {
        Model device = new(new Network(Shape, [new Flatten("flat", ["input"]), new PowerNormalization("power", ["flat"])]), Weights.Empty);
        Model edge = new(new Network(Shape,
        [
            new Reshape("map", ["input"], 2, 1, 1), new Convolution(ImageCode.RestoredLayer, ["map"], 2, Kernel: 1, Padding: 0, Bias: false), new Flatten("flat", [ImageCode.RestoredLayer]), new Linear("fc", ["flat"], 2),
        ]), Weights.Empty.With(ImageCode.RestoredLayer + ".weight", new([2, 2, 1, 1], [gain, 0, 0, gain])).With("fc.weight", new([2, 2], [1, 0, 0, 1])).With("fc.bias", new([2], [0, 0])));
        var images = new ImageSet(Shape, [255, 0, 0, 255, 255, 0], [0, 1, 0]);
        var evaluator = new Evaluator(new Normalisation([0.5f, 0.5f], [0.5f, 0.5f]), CPU, Precision.Fp32, 2, new AwgnChannel(), 1);
        var measured = evaluator.Transmit(device, edge, images);
        Assert.Equal(expected, measured.Psnr!.Value, 4);
        Assert.Equal(100, measured.Accuracy.Top1);
        Assert.Null(evaluator.Classify(new(new Network(Shape, [new Flatten("flat", ["input"]), new Linear("fc", ["flat"], 2)]), edge.Weights), images).Psnr);
    }
}
