using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Pruning;
using Heliograph.Training.Recipes;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Recipes;

/// <summary>Every recipe from drawn images to a pair, on a network that trains in seconds.</summary>
[Collection(TorchCollection.Name)]
public sealed class PipelineTests : IDisposable
{
    static readonly Experiment Small = new()
    {
        Threads = 1,
        Precision = Precision.Fp32,
        Device = DeviceChoice.Cpu,
        Split = "pool2",
        Network = new() { Name = "vgg11", Width = 0.0625 },
        Data = new() { Name = "signs", Train = 96, Test = 32 },
        Pretrain = new() { Epochs = 2, Batch = 32 },
        // Two removals.
        Prune = new() { Ratio = 0.5, Epochs = 1, Batch = 32, Images = 32, PerIteration = 4, Floor = 2 },
        Autoencoder = new() { Epochs = 2, Batch = 32 },
        Joint = new() { Epochs = 1, Batch = 32 },
        Image = new() { Epochs = 2, Batch = 32 },
        Retrieval = new() { Epochs = 1, Batch = 32, Gallery = 2 },
        Elastic = new() { Widths = [0, 0.5], Symbols = [16, 32] },
    };

    readonly TemporaryFolder folder = new();

    public static TheoryData<string, bool> Recipes
    {
        get
        {
            var recipes = new TheoryData<string, bool>();
            foreach (string name in RecipeCatalogue.Names)
                recipes.Add(name, false);
            recipes.Add("elastic", true);
            return recipes;
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Recipes))]
    public void A_run_that_is_stopped_again_and_again_ends_with_the_very_pair_of_one_that_was_not(string recipe, bool encoderSnr)
    {
        // The last layers' features have their own code.
        var experiment = Small with { Recipe = recipe, Split = recipe is "transmission-recognition" or "retrieval" ? "pool5" : Small.Split };
        if (encoderSnr)
            experiment = experiment with { Channel = new() { Snr = new(-6, 20) }, Elastic = Small.Elastic with { EncoderSnr = true } };
        Train("whole", experiment, batches: int.MaxValue);
        int calls = 1;
        while (!Train("stopped", experiment, batches: 4))
            Assert.InRange(++calls, 1, 20);
        Assert.True(calls > 1);
        foreach (var step in experiment.Steps().Steps)
        {
            foreach (string file in step.Leaves == Artifact.Backbone ? [StepFiles.Backbone] : (string[])[StepFiles.Device, StepFiles.Edge])
                Assert.Equal(File.ReadAllBytes(Left("whole", step.Name, file)), File.ReadAllBytes(Left("stopped", step.Name, file)));
        }
    }

    [Fact]
    public void Late_pruning_leaves_half_of_the_device_halfs_filters_and_all_symbols()
    {
        Train("late", Small with { Recipe = "latePruning" }, batches: int.MaxValue);
        var (before, after) = (Model.Load(Left("late", "autoencoder", StepFiles.Device)).Network, Model.Load(Left("late", "joint", StepFiles.Device)).Network);
        string[] front = [.. before.SplitAt("pool2").Device.Layers.OfType<Convolution>().Select(layer => layer.Name)];
        Assert.Equal(front.Sum(name => before.ShapeOf(name).Channels) / 2, front.Sum(name => after.ShapeOf(name).Channels));
        Assert.Equal(before.Output, after.Output);
        Assert.True(after.Cost().Macs < before.Cost().Macs);
    }

    [Fact]
    public void Gradual_pruning_stopped_after_every_batch_ends_with_the_very_pair_of_one_that_was_not()
    {
        var experiment = Small with
        {
            Recipe = "gradualPruning",
            Channel = new() { Snr = new(0, 10) },
            Joint = Small.Joint with { Epochs = 2, Optimizer = OptimizerName.Muon, Average = AverageName.Lookahead, AverageEvery = 1 },
            // Six batches in two epochs; filters leave after 2, 3 and 5 of them.
            Prune = Small.Prune with { Draws = 2, Snr = new(-5, 5), Gradual = new() { Removals = 3, Until = 0.75 } },
        };
        Train("whole", experiment, batches: int.MaxValue);
        int calls = 0;
        while (!Train("stopped", experiment, batches: 1))
            calls++;
        Assert.InRange(calls, 18, 19);
        foreach (string file in (string[])[StepFiles.Device, StepFiles.Edge])
            Assert.Equal(File.ReadAllBytes(Left("whole", "joint", file)), File.ReadAllBytes(Left("stopped", "joint", file)));
        var (before, after) = (Model.Load(Left("whole", "autoencoder", StepFiles.Device)).Network, Model.Load(Left("whole", "joint", StepFiles.Device)).Network);
        string[] front = [.. before.SplitAt("pool2").Device.Layers.OfType<Convolution>().Select(layer => layer.Name)];
        Assert.Equal(front.Sum(name => before.ShapeOf(name).Channels) / 2, front.Sum(name => after.ShapeOf(name).Channels));
        // One training: each epoch once, and its rates those of a training without removals.
        using var run = RunFolder.OpenForReading(Path.Combine(folder.Path, "whole"));
        Assert.Equal([(1, 1, 3L), (2, 3, 6L)], run.ReadMetrics().Where(line => line.Step == "joint").Select(line => (line.Epoch, line.Phase, line.Iteration)));
        Assert.Matches("^6 of 12 filters removed, device half [0-9,]+ MACs with the encoder; .* of the power in a constant$", run.ResultOf("joint")!.Note);
    }

    [Fact]
    public void Gradual_pruning_goes_on_with_the_squares_that_Adam_keeps()
    {
        Train("adam", Small with { Recipe = "gradualPruning", Joint = Small.Joint with { Optimizer = OptimizerName.Adam, Rate = 1e-3 } }, batches: int.MaxValue);
        using var run = RunFolder.OpenForReading(Path.Combine(folder.Path, "adam"));
        Assert.StartsWith("6 of 12 filters removed", run.ResultOf("joint")!.Note, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_measures_all_of_its_modes_and_not_one()
    {
        string said = Assert.Throws<OptionException>(() => Train("one", Small with { Evaluation = new() { Symbols = 16 } }, batches: int.MaxValue)).Message;
        Assert.StartsWith("evaluation.symbols: a run's own evaluation has all modes", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_budget_gradual_pruning_is_joint_training()
    {
        Train("joint", Small with { Recipe = "unpruned" }, batches: int.MaxValue);
        Train("gradual", Small with { Recipe = "gradualPruning", Prune = new() }, batches: int.MaxValue);
        foreach (string file in (string[])[StepFiles.Device, StepFiles.Edge])
            Assert.Equal(File.ReadAllBytes(Left("joint", "joint", file)), File.ReadAllBytes(Left("gradual", "joint", file)));
    }

    [Fact]
    public void What_stays_after_a_removal_keeps_its_momenta_and_averages()
    {
        // Two filters of conv1 are left, which conv2 reads.
        var network = new Network(new(3, 8, 8), [new Convolution("conv1", ["input"], 4), new BatchNorm("bn1", ["conv1"]), new Convolution("conv2", ["bn1"], 2)]);
        var edge = new Network(new(2, 8, 8), [new Convolution("conv3", ["input"], 2)]);
        Weights Of(params (Network Network, string Prefix)[] networks) => new(networks.SelectMany(one => one.Network.WeightSpecs().Where(spec => one.Prefix != "" || spec.Trained)
            .Select(spec => KeyValuePair.Create(one.Prefix + spec.Name, new WeightArray([.. spec.Shape], Drawn.Normal(spec.Shape.Aggregate(1, (a, b) => a * b), (ulong)spec.Name.Length))))));
        var removal = new FilterRemoval(network, new Dictionary<string, int[]> { ["conv1"] = [1, 3] });
        var checkpoint = new Checkpoint(new() { Step = "joint" }, [network, edge], [Drawn.Weights(network, 1), Drawn.Weights(edge, 2)], Of((network, ""), (edge, "")), Of((network, "0."), (edge, "1.")));
        var left = GradualJointStep.Without(checkpoint, removal);
        left.Networks[0].Check(left.States[0]);
        Assert.Same(checkpoint.States[1], left.States[1]);
        foreach (var (before, after, prefix) in ((Weights, Weights, string)[])[(checkpoint.States[0], left.States[0], ""), (checkpoint.Momenta, left.Momenta, ""), (checkpoint.Average, left.Average, "0.")])
        {
            float[] bias = before[prefix + "bn1.weight"].Values;
            Assert.Equal([bias[1], bias[3]], after[prefix + "bn1.weight"].Values);
            Assert.Equal([2, 2, 3, 3], after[prefix + "conv2.weight"].Shape.ToArray());
        }
        Assert.Equal(checkpoint.Momenta["conv3.weight"].Values, left.Momenta["conv3.weight"].Values);
        Assert.Equal(checkpoint.Average["1.conv3.weight"].Values, left.Average["1.conv3.weight"].Values);
    }

    [Fact]
    public void Two_step_pruning_takes_more_from_the_layer_before_the_split_point_alone()
    {
        Train("two", Small with { Recipe = "two-step", Prune = Small.Prune with { Uniform = true, SplitRatio = 0.75 } }, batches: int.MaxValue);
        Network whole = Model.Load(Left("two", "pretrain", StepFiles.Backbone)).Network, first = Model.Load(Left("two", "prune", StepFiles.Backbone)).Network, second = Model.Load(Left("two", "prunesplit", StepFiles.Backbone)).Network;
        string[] convolutions = [.. whole.Layers.OfType<Convolution>().Select(layer => layer.Name)];
        int last = Array.IndexOf(convolutions, whole.SplitAt("pool2").Device.Layers.OfType<Convolution>().Last().Name);
        foreach (var (i, name) in convolutions.Index())
        {
            int before = whole.ShapeOf(name).Channels, between = first.ShapeOf(name).Channels;
            Assert.Equal(i > last ? before : before / 2, between);
            Assert.Equal(i == last ? Math.Max(2, between / 4) : between, second.ShapeOf(name).Channels);
        }
    }

    [Fact]
    public void A_split_point_whose_channels_are_tied_to_others_does_not_suit_two_step_pruning()
    {
        var experiment = Small with { Recipe = "two-step", Split = "block1", Network = new() { Name = "resnet20", Width = 0.25 } };
        string said = Assert.Throws<Heliograph.Experiments.Binding.OptionException>(() => Train("tied", experiment, batches: int.MaxValue)).Message;
        Assert.Contains("cannot lose channels", said, StringComparison.Ordinal);
        Assert.Contains("; block3, block6, block9 suit recipe two-step", said, StringComparison.Ordinal);
        Assert.False(RunFolder.IsRun(Path.Combine(folder.Path, "tied")));
    }

    // True when all steps are done.
    bool Train(string name, Experiment experiment, int batches)
    {
        using var stop = new CancellationTokenSource();
        using var run = RunFolder.OpenForWork(Path.Combine(folder.Path, name));
        try
        {
            return Pipeline.Run(run, experiment, null, null, new Counting(batches, stop), stop.Token).IsComplete;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    string Left(string run, string step, string file) => Path.Combine(folder.Path, run, "steps", step, file);

    sealed class Counting(int batches, CancellationTokenSource stop) : IRunReporter
    {
        int seen;

        public void Line(string text)
        {
        }

        public void Warning(string text) => Assert.Fail(text);

        public void Progress(RunProgress progress)
        {
            if (++seen >= batches)
                stop.Cancel();
        }
    }
}
