using System.Globalization;
using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Training.Data;
using Heliograph.Training.Measuring;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Measuring;

/// <summary>
/// A pair whose accuracy is known: the images are (1, −1) for class 0 and (−1, 1) for class 1, sent as they are, and the edge takes the larger of
/// the two symbols. With noise the right one wins with probability Φ(2/(σ√2)) = Φ(√2/σ).
/// </summary>
[Collection(TorchCollection.Name)]
public sealed class EvaluatorTests
{
    const int Count = 4000;
    static readonly Shape Shape = new(2, 1, 1);
    static readonly Model Device = new(new Network(Shape, [new Flatten("flat", ["input"]), new PowerNormalization("power", ["flat"])]), Weights.Empty);
    static readonly Model Edge = new(new Network(Shape, [new Linear("fc", ["input"], 2)]),
        Weights.Empty.With("fc.weight", new([2, 2], [1, 0, 0, 1])).With("fc.bias", new([2], [0, 0])));

    /// <summary>Every <paramref name="wrong"/>-th image has the wrong label.</summary>
    static ImageSet Images(int wrong = int.MaxValue)
    {
        int[] classes = [.. Enumerable.Range(0, Count).Select(i => i * 7 % 13 % 2)];
        return new(Shape, [.. classes.SelectMany(c => c == 0 ? (byte[])[255, 0] : [0, 255])], [.. classes.Select((c, i) => i % wrong == wrong - 1 ? 1 - c : c)]);
    }

    static Evaluator Evaluator(ulong seed = 1, int batch = 333) =>
        new(new Normalisation([0.5f, 0.5f], [0.5f, 0.5f]), CPU, Precision.Fp32, batch, new AwgnChannel(), seed) { DefaultSnr = Snr.FromDecibels(0) };

    static (Accuracy Noiseless, IReadOnlyList<AccuracyPoint> Points) Over(string grid, ulong seed = 1, int draws = 5, int wrong = int.MaxValue)
    {
        var (noiseless, points) = Measure(grid, seed, draws, wrong);
        return (noiseless.Accuracy, [.. points.Select(point => point.Point)]);
    }

    static (Measurement Noiseless, IReadOnlyList<SnrMeasurement> Points) Measure(string grid, ulong seed = 1, int draws = 5, int wrong = int.MaxValue, int batch = 333) =>
        Evaluator(seed, batch).OverSnr(Device, Edge, Images(wrong), new() { Snr = SnrGrid.Parse(grid, CultureInfo.InvariantCulture), Draws = draws });

    [Theory]
    [InlineData(-3.0103, 84.13)]
    [InlineData(3.0103, 97.725)]
    [InlineData(-9.0309, 69.146)]
    [InlineData(30, 100)]
    public void Accuracy_over_snr_is_that_of_the_normal_distribution(double decibels, double expected)
    {
        var (_, points) = Over(decibels.ToString(CultureInfo.InvariantCulture));
        double deviation = Math.Sqrt(expected * (100 - expected) / (5.0 * Count));
        Assert.InRange(points.Single().Top1, expected - 3.5 * deviation - 0.01, expected + 3.5 * deviation + 0.01);
        Assert.Equal(100, points.Single().Top5);
        // The interval is that of five binomial draws: far from none and far from a single image's.
        if (expected < 100)
            Assert.InRange(points.Single().Ci95!.Value, 0.1 * deviation, 10 * deviation);
        else
            Assert.Equal(0, points.Single().Ci95);
    }

    [Fact]
    public void An_encoder_that_knows_the_SNR_is_told_that_of_the_channel()
    {
        // From 5 dB on it sends the opposite; without a report nothing.
        var device = new Model(new(Shape, [new SnrTable("told", ["input"], 0, 10, 3), new Flatten("flat", ["told"]), new PowerNormalization("power", ["flat"])]),
            Weights.Empty.With("told.scale", new([2, 3], [-1, 0, -2, -1, 0, -2])).With("told.shift", new([2, 3], new float[6])));
        var (noiseless, points) = Evaluator().OverSnr(device, Edge, Images(), new() { Snr = SnrGrid.Parse("4.8,4.9,30", CultureInfo.InvariantCulture), Draws = 1 });
        Assert.Equal((0, 0), (noiseless.Accuracy.Top1, points[2].Point.Top1));
        Assert.All(points.Take(2), point => Assert.InRange(point.Point.Top1, 98, 100));
        // At 0 dB: Φ(√2) = 92.1 %.
        Assert.InRange(Evaluator().Transmit(device, Edge, Images()).Accuracy.Top1, 90, 94);
    }

    [Theory]
    [InlineData(-3.0103)]
    [InlineData(3.0103)]
    public void The_temperature_is_that_of_Bayes_rule(double decibels)
    {
        // The log-odds of the two classes are 2(y₁ − y₂)/σ², and those of the softmax (y₁ − y₂)/T.
        var (_, points) = Measure(decibels.ToString(CultureInfo.InvariantCulture));
        double expected = Math.Pow(10, -decibels / 10) / 2;
        Assert.Equal(expected, points.Single().Calibration!.Temperature, 0.12 * expected);
        Assert.InRange(points.Single().Calibration!.CalibratedEce, 0, 2.5);
    }

    [Fact]
    public void Too_few_images_have_no_temperature() =>
        Assert.Null(Evaluator().OverSnr(Device, Edge, Images().Take(99, 1), new() { Snr = SnrGrid.Parse("0", CultureInfo.InvariantCulture), Draws = 1 }).Points.Single().Calibration);

    [Fact]
    public void Without_noise_only_the_wrong_labels_are_wrong()
    {
        var (noiseless, _) = Over("0", wrong: 8);
        Assert.Equal(new Accuracy(87.5, 100), noiseless);
        var classifier = new Model(new Network(Shape, [new Flatten("flat", ["input"]), .. Edge.Network.Layers.Select(layer => layer.Reading(["flat"]))]), Edge.Weights);
        Assert.Equal(new Accuracy(87.5, 100), Evaluator().Classify(classifier, Images(8)).Accuracy);
    }

    [Fact]
    public void Top_5_counts_the_first_five()
    {
        // Logits 6, 5, … 0 whatever the image: classes 0 to 4 are among the first five.
        var constant = new Model(new Network(Shape, [new Flatten("flat", ["input"]), new Linear("fc", ["flat"], 7)]),
            Weights.Empty.With("fc.weight", new([7, 2], new float[14])).With("fc.bias", new([7], [6, 5, 4, 3, 2, 1, 0])));
        var images = new ImageSet(Shape, new byte[2 * 14], [0, 0, 0, 1, 2, 3, 4, 4, 5, 5, 5, 6, 6, 6]);
        Assert.Equal(new Accuracy(Math.Round(300 / 14.0, 4), Math.Round(800 / 14.0, 4)), Evaluator(batch: 4).Classify(constant, images).Accuracy);
    }

    [Fact]
    public void The_seed_decides_and_draws_and_snrs_are_independent()
    {
        var first = Over("-3,0,3", seed: 1).Points;
        Assert.Equal(first, Over("-3,0,3", seed: 1).Points);
        Assert.NotEqual(first, Over("-3,0,3", seed: 2).Points);
        Assert.Equal(first[1], Over("0", seed: 1).Points.Single());
        Assert.True(first[0].Top1 < first[1].Top1 && first[1].Top1 < first[2].Top1);
        Assert.All(first, point => Assert.True(point.Ci95 > 0));
        Assert.Null(Over("0", draws: 1).Points.Single().Ci95);
    }

    [Fact]
    public void One_transmission_is_the_first_draw()
    {
        var once = Evaluator().Transmit(Device, Edge, Images());
        Assert.Equal(Over("0", draws: 1).Points.Single().Top1, once.Accuracy.Top1);
        Assert.Equal(0, once.SnrDb);
    }

    [Fact]
    public void Every_image_has_its_own_hit_in_every_draw()
    {
        var (noiseless, points) = Measure("0", wrong: 8);
        Assert.Equal(Enumerable.Range(0, Count).Select(i => i % 8 != 7), noiseless.Hits);
        Assert.Null(noiseless.SnrDb);
        var draws = points.Single().Draws;
        Assert.Equal(5, draws.Count);
        Assert.All(draws, draw => Assert.Equal(draw.Accuracy.Top1, 100.0 * draw.Hits.Count(hit => hit) / Count));
        // Two draws are independent: right images are missed in both as often as chance has it. Φ(√2) = 92.14 % are hit where the label is right.
        int both = Enumerable.Range(0, Count).Count(i => i % 8 != 7 && !draws[0].Hits[i] && !draws[1].Hits[i]);
        double expected = 0.875 * Count * 0.0786 * 0.0786;
        Assert.InRange(both, expected - 4 * Math.Sqrt(expected), expected + 4 * Math.Sqrt(expected));
    }

    [Fact]
    public void An_images_noise_does_not_depend_on_its_batch()
    {
        var expected = Measure("0", batch: 333).Points.Single().Draws;
        foreach (int batch in (int[])[1000, 4000, 5000, 7])
            Assert.Equal(expected.Select(draw => draw.Hits), Measure("0", batch: batch).Points.Single().Draws.Select(draw => draw.Hits));
    }
}
