using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Experiments.Records;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Training.Data;
using Heliograph.Training.Measuring;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Measuring;

[Collection(TorchCollection.Name)]
public sealed class GalleryTests
{
    [Theory]
    // At places 1 and 3: (1/1 + 2/3) / 2.
    [InlineData(new[] { 7, 0, 7, 1 }, 7, (1 + 2 / 3.0) / 2)]
    [InlineData(new[] { 0, 1, 7 }, 7, 1 / 3.0)]
    [InlineData(new[] { 7, 7, 0 }, 7, 1)]
    [InlineData(new[] { 0, 1 }, 7, 0)]
    public void Average_precision_is_that_of_the_places(int[] ranked, int label, double expected) => Assert.Equal(expected, Ranking.AveragePrecision(ranked, label), 12);

    [Fact]
    public void The_nearest_is_the_one_of_the_same_direction() =>
        Assert.Equal([2, 0, 1], Ranking.Of(new([1, 0, -5, 0.1f, 0.3f, 0.3f], [0, 1, 2]), [0.7f, 0.6f]));

    /// <summary>Images of two values are sent as they are, power one, and embedded likewise; the head names class 0 whatever comes, and does not count.</summary>
    [Fact]
    public void A_pair_that_retrieves_is_measured_by_the_nearest_image()
    {
        Shape shape = new(2, 1, 1);
        Model device = new(new Network(shape, [new Flatten("flat", ["input"]), new PowerNormalization("power", ["flat"])]), Weights.Empty);
        Model edge = new(new Network(shape, [new PRelu("embedding", ["input"]), new Linear("fc", ["embedding"], 2)]),
            Weights.Empty.With("embedding.weight", new([2], [1, 1])).With("fc.weight", new([2, 2], new float[4])).With("fc.bias", new([2], [1, 0])));
        var gallery = new ImageSet(shape, [255, 128, 255, 140, 128, 255], [0, 1, 1]);
        // Nearest to the first is its own class, 0, alone; to the second likewise; the third lies by both images of class 1, but is of class 0.
        var queries = new ImageSet(shape, [255, 127, 128, 255, 128, 250], [0, 1, 0]);
        AssertRight(Evaluator(images: gallery).Transmit(device, edge, queries));
        // As a pair brings it along, whose edge half ends in the embedding.
        Model embedding = new(Embedding.Of(edge.Network), edge.Weights);
        AssertRight(Evaluator(Evaluator().Embed(device, embedding, gallery)).Transmit(device, embedding, queries));

        static Evaluator Evaluator(Gallery? gallery = null, ImageSet? images = null) =>
            new(new Normalisation([0, 0], [1, 1]), CPU, Precision.Fp32, 2, new AwgnChannel(), 1) { Known = images, Gallery = gallery };

        static void AssertRight(Measurement measured)
        {
            Assert.Equal([true, true, false], measured.Hits);
            // Rankings 0 1 1; 1 1 0; 1 1 0: precisions 1, 1 and 1/3.
            Assert.Equal(Math.Round(100 * (1 + 1 + 1 / 3.0) / 3, 4), measured.MeanAveragePrecision);
            Assert.Equal(100, measured.Accuracy.Top5);
        }
    }

    [Fact]
    public void A_class_without_an_image_is_refused_by_name()
    {
        var images = new ImageSet(new(1, 1, 1), [1, 2, 3, 4], [0, 0, 2, 2]);
        var data = new DataSet("some", ["ant", "bee", "cat"], images, images, [0.5f], [0.5f]);
        Assert.Contains("of the class 'bee' there is no training image", Assert.Throws<UsageException>(() => GalleryImages.Of(data, 2, 1)).Message, StringComparison.Ordinal);
    }
}
