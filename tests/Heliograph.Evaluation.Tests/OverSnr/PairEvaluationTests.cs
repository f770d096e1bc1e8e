using System.Globalization;
using Heliograph.Evaluation.OverSnr;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Training.Data;
using Heliograph.Training.Models;
using static TorchSharp.torch;

namespace Heliograph.Evaluation.Tests.OverSnr;

/// <summary>
/// A pair whose accuracy is known: images are sent as (1, −1) or (−1, 1), and the edge takes the larger symbol, which is the right one with probability
/// Φ(√2/σ). As points of BPSK they become (√2, 0) and (−√2, 0), and that is Φ(1/σ).
/// </summary>
public sealed class PairEvaluationTests
{
    const int Count = 4000, Draws = 5;
    static readonly Shape Shape = new(2, 1, 1);

    [Theory]
    [InlineData("bpsk", 84.1345)]
    [InlineData("qpsk", 92.1350)]
    public void Points_are_measured_beside_symbols_as_they_are(string constellation, double expected)
    {
        var result = Measure(constellation);
        Assert.Equal(constellation, result.Constellation);
        Assert.Equal(100, result.NoiselessTop1);
        // At 0 dB, σ = 1.
        AssertNear(expected, result.Points.Single());
        AssertNear(92.1350, result.AsTheyAre!.Single());
        Assert.Equal(Measure(null).Points, result.AsTheyAre);
    }

    [Fact]
    public void As_they_are_is_said_of_nothing_else()
    {
        var result = Measure(null);
        Assert.Null(result.Constellation);
        Assert.Null(result.AsTheyAre);
        Assert.Equal(0, Assert.Single(result.Calibration!).SnrDb);
    }

    static Heliograph.Experiments.Records.EvaluationResult Measure(string? constellation)
    {
        var device = new Model(new Network(Shape, [new Flatten("flat", ["input"]), new PowerNormalization("power", ["flat"])]), Weights.Empty);
        var edge = new Model(new Network(Shape, [new Linear("fc", ["input"], 2)]), Weights.Empty.With("fc.weight", new([2, 2], [1, 0, 0, 1])).With("fc.bias", new([2], [0, 0])));
        int[] classes = [.. Enumerable.Range(0, Count).Select(i => i * 7 % 13 % 2)];
        var images = new ImageSet(Shape, [.. classes.SelectMany(c => c == 0 ? (byte[])[255, 0] : [0, 255])], classes);
        var data = new DataSet("two", ["one", "other"], images, images, [0.5f, 0.5f], [0.5f, 0.5f]);
        var experiment = new Experiment { Evaluation = new() { Snr = SnrGrid.Parse("0", CultureInfo.InvariantCulture), Draws = Draws, Constellation = constellation } };
        return PairEvaluation.Measure(new TrainedPair("two", "pool1", device, edge, null), experiment, data, CPU, new Silent(), CancellationToken.None).Result;
    }

    static void AssertNear(double expected, AccuracyPoint point)
    {
        double deviation = Math.Sqrt(expected * (100 - expected) / (Count * Draws));
        Assert.InRange(point.Top1, expected - 4 * deviation, expected + 4 * deviation);
    }

    sealed class Silent : IRunReporter
    {
        public void Line(string text)
        {
        }

        public void Warning(string text)
        {
        }

        public void Progress(RunProgress progress)
        {
        }
    }
}
