using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Pruning;
using Heliograph.Training.Recipes;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Recipes;

[Collection(TorchCollection.Name)]
public sealed class PruneStepTests : IDisposable
{
    static readonly Shape Shape = new(3, 8, 8);

    static readonly Network Backbone = new(Shape,
    [
        new Convolution("conv1", ["input"], 24), new BatchNorm("bn1", ["conv1"]), new Relu("relu1", ["bn1"]), new MaxPool("pool1", ["relu1"]),
        new Convolution("conv2", ["pool1"], 32), new BatchNorm("bn2", ["conv2"]), new Relu("relu2", ["bn2"]), new MaxPool("pool2", ["relu2"]),
        new Flatten("flatten", ["pool2"]), new Linear("fc", ["flatten"], 4),
    ]);

    static readonly Weights Weights = Drawn.Weights(Backbone, 5);
    static readonly byte[] Pixels = [.. Drawn.Normal(8 * Shape.Elements, 9).Select(v => (byte)Math.Clamp(128 + 40 * v, 0, 255))];
    static readonly Heliograph.Training.Data.ImageSet Images = new(Shape, Pixels, [0, 1, 2, 3, 0, 1, 2, 3]);

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

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

    /// <summary>The backbone without training, as the step leaves it.</summary>
    Network Prune(PruneOptions options)
    {
        using var run = RunFolder.OpenForWork(Path.Combine(folder.Path, options.By.ToString()));
        run.BeginStep("pretrain");
        run.BeginStep("prune");
        new Model(Backbone, Weights).Save(run.StepPath("pretrain", StepFiles.Backbone));
        new PruneStep().Run(new()
        {
            Run = run,
            Experiment = new() { Split = "pool2", Code = new() { Channels = 2 }, Prune = options with { Epochs = 0, Floor = 1 } },
            Data = new("toy", ["a", "b", "c", "d"], Images, Images, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]),
            Device = CPU,
            Precision = Precision.Fp32,
            Reporter = new Silent(),
            Cancellation = default,
        }, resume: null);
        return Model.Load(run.StepPath("prune", StepFiles.Backbone)).Network;
    }

    [Fact]
    public void By_score_normalised_means_are_ranked_and_per_mac_the_plain_changes_of_the_loss()
    {
        var front = Backbone.SplitAt("pool2").Device;
        using var module = Arrays.Module(Backbone, Weights);
        float[] values = [.. Pixels.Select(pixel => (pixel / 255f - 0.5f) / 0.25f)];
        IReadOnlyDictionary<string, double[]> Scores(bool sums) => Saliency.Create(CriterionName.Taylor, 1, sums)
            .Score(new(module), new ChannelGroups(front).All, () => [(Arrays.Images(values, Shape), tensor(new long[] { 0, 1, 2, 3, 0, 1, 2, 3 }))]);
        var costs = new FilterCosts(front.Then(JointCode.Encoder(front.Output, 2)));
        int[] Counts(IReadOnlyDictionary<string, int[]> stay) => [stay["conv1"].Length, stay["conv2"].Length];

        int[] byScore = Counts(FilterSelection.Lowest(Saliency.Normalize(Scores(sums: false)), 28, floor: 1));
        int[] perMac = Counts(FilterSelection.Lowest(Scores(sums: true), 28, floor: 1, costs: costs));
        Assert.NotEqual(byScore, perMac);
        Assert.Equal(byScore, Filters(Prune(new() { Ratio = 0.5 })));
        Assert.Equal(perMac, Filters(Prune(new() { Ratio = 0.5, By = PruneBy.ScorePerMac })));
        // Normalised or as means they would rank otherwise: what is asserted of the step can fail.
        Assert.NotEqual(perMac, Counts(FilterSelection.Lowest(Scores(sums: false), 28, floor: 1, costs: costs)));
        Assert.NotEqual(perMac, Counts(FilterSelection.Lowest(Saliency.Normalize(Scores(sums: true)), 28, floor: 1, costs: costs)));
    }

    static int[] Filters(Network network) => [network.ShapeOf("conv1").Channels, network.ShapeOf("conv2").Channels];
}
