using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Channels;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Modules;
using Heliograph.Training.Pruning;
using Heliograph.Training.Recipes;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Recipes;

/// <summary>Scores of filters through code and channel.</summary>
[Collection(TorchCollection.Name)]
public sealed class ScoringTests : IDisposable
{
    const int Count = 5, Batch = 3;

    static readonly Shape Shape = new(3, 8, 8);

    static readonly Network Backbone = new(Shape,
    [
        new Convolution("conv1", ["input"], 4), new BatchNorm("bn1", ["conv1"]), new Relu("relu1", ["bn1"]), new MaxPool("pool1", ["relu1"]),
        new Convolution("conv2", ["pool1"], 5), new BatchNorm("bn2", ["conv2"]), new Relu("relu2", ["bn2"]), new MaxPool("pool2", ["relu2"]),
        new Flatten("flatten", ["pool2"]), new Linear("fc", ["flatten"], 3),
    ]);

    static readonly ImageSet Images = new(Shape, [.. Drawn.Normal(Count * Shape.Elements, 9).Select(v => (byte)Math.Clamp(128 + 40 * v, 0, 255))], [0, 1, 2, 1, 0]);
    static readonly Model Device = HalfOf(split => split.Device.Then(JointCode.Encoder(split.Device.Output, 2)), 5);
    static readonly Model Edge = HalfOf(split => JointCode.Decoder(split.Device.Output, 2).Then(split.Edge), 6);

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    static Model HalfOf(Func<Split, Network> of, ulong seed)
    {
        var network = of(Backbone.SplitAt("pool1"));
        return new(network, Drawn.Weights(network, seed));
    }

    static Experiment Experiment(string recipe, int draws, SnrRange? snr = null) => new()
    {
        Split = "pool1",
        Recipe = recipe,
        Code = new() { Channels = 2 },
        Channel = new() { Snr = new(3, 3) },
        Prune = new() { Ratio = 0.5, Floor = 1, Images = Count, Batch = Batch, Draws = draws, Snr = snr, Normalize = false },
    };

    TrainingSession Session(Experiment experiment) => new()
    {
        Run = RunFolder.OpenForWork(Path.Combine(folder.Path, experiment.Recipe)),
        Experiment = experiment,
        Data = new("toy", ["a", "b", "c"], Images, Images, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]),
        Device = CPU,
        Precision = Precision.Fp32,
        Reporter = new Silent(),
        Cancellation = default,
    };

    sealed class Silent : IRunReporter
    {
        public void Line(string text)
        {
        }

        public void Warning(string text) => Assert.Fail(text);

        public void Progress(RunProgress progress)
        {
        }
    }

    [Theory]
    [InlineData("latePruning", "prunehalves", 1)]
    [InlineData("latePruning", "prunehalves", 3)]
    [InlineData("gradualPruning", "joint", 2)]
    public void Scores_through_the_channel_are_the_mean_over_images_and_draws_of_the_change_of_the_pairs_loss(string recipe, string step, int draws)
    {
        var session = Session(Experiment(recipe, draws));
        // What the channel added to each image's symbols, in the order in which they were scored.
        var noise = new List<float[]>();
        var scores = Scoring.Of(session, step, new PruningPlan(session.Experiment, Device.Network).Groups, [Device, Edge], 1, (modules, symbols, _) =>
        {
            var received = new DifferentiableAwgn().Transmit(symbols, Snr.FromDecibels(-5));
            noise.AddRange(Arrays.ToArray(received - symbols).Chunk((int)symbols.shape[1]));
            return modules[1].Forward(received, training: false);
        });

        Assert.Equal(Count * draws, noise.Count);
        Assert.Equal(Count * draws, noise.DistinctBy(values => values[0]).Count());
        var map = Device.Network.ShapeOf("relu1");
        double[] expected = [.. Enumerable.Range(0, map.Channels).Select(filter =>
            noise.Select((values, example) => Math.Abs(GateGradient(filter, example % Count, values))).Average() / (map.Height * map.Width))];
        Drawn.AssertClose(expected, Array.ConvertAll(scores["conv1"], score => (float)score), 1e-3);
    }

    [Fact]
    public void Filters_may_be_scored_at_another_snr_than_the_pair_is_trained_at()
    {
        // An edge half that hands on what it receives: the noise's power is 1/SNR.
        var network = new Network(new Shape(2000, 1, 1), [new Flatten("flatten", ["input"])]);
        using var edge = Arrays.Module(network, new([]));
        var probe = new Probe();
        var session = Session(Experiment("latePruning", draws: 1, snr: new(-10, 10)));
        double[] Decibels(TrainingSession session, bool training)
        {
            manual_seed(1);
            using var symbols = zeros(6, 2000);
            return [.. Arrays.ToArray(probe.Logits(session, symbols, edge, training)).Chunk(2000).Select(noise => -10 * Math.Log10(noise.Average(n => (double)n * n)))];
        }

        Assert.All(Decibels(session, training: true), snr => Assert.InRange(snr, 2.5, 3.5));
        double[] scoring = Decibels(session, training: false);
        Assert.All(scoring, snr => Assert.InRange(snr, -10.5, 10.5));
        Assert.True(scoring.Max() - scoring.Min() > 3, string.Join(' ', scoring));
        session = session with { Experiment = session.Experiment with { Prune = session.Experiment.Prune with { Snr = null } } };
        Assert.All(Decibels(session, training: false), snr => Assert.InRange(snr, 2.5, 3.5));
    }

    sealed class Probe : Step
    {
        public override StepPlan Plan => LatePruning.PruneHalves;

        public Tensor Logits(TrainingSession session, Tensor symbols, NetworkModule edge, bool training) => Transmitted(session, symbols, edge, iteration: 0, training);

        public override (Heliograph.Experiments.Records.Measurement Measured, string? Note) Run(TrainingSession session, Heliograph.Experiments.Records.Checkpoint? resume) =>
            throw new NotSupportedException();
    }

    [Fact]
    public void Before_there_is_a_channel_each_image_is_scored_once()
    {
        int batches = 0;
        Scoring.Of(Session(Experiment("paper", draws: 3)), "prune", new PruningPlan(Experiment("paper", draws: 3), Backbone).Groups, [new(Backbone, Drawn.Weights(Backbone, 1))], 1, (_, logits, _) =>
        {
            batches++;
            return logits;
        });
        Assert.Equal(2, batches);
    }

    /// <summary>∂C/∂g of a gate g around 1 on one filter's map, for one image whose symbols are received with given noise, by central differences in 64 bits.</summary>
    static double GateGradient(int filter, int image, float[] noise)
    {
        double[] pixels = [.. Images.Image(image).ToArray().Select(pixel => (pixel / 255.0 - 0.5) / 0.25)];
        var (device, edge) = (new Naive(Device.Network, Device.Weights), new Naive(Edge.Network, Edge.Weights));
        var map = Device.Network.ShapeOf("relu1");
        int area = map.Height * map.Width;
        double Loss(double gate)
        {
            double[] symbols = device.Forward(pixels, (name, values) =>
            {
                if (name == "relu1")
                {
                    foreach (ref double value in values.AsSpan(filter * area, area))
                        value *= gate;
                }
            });
            return Naive.CrossEntropy(edge.Forward([.. symbols.Zip(noise, (symbol, n) => symbol + n)]), Images.Labels[image]);
        }
        return (Loss(1 + 1e-5) - Loss(1 - 1e-5)) / 2e-5;
    }
}
