using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;
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
        Elastic = new() { Widths = [0, 0.5], Symbols = [16, 32] },
    };

    readonly TemporaryFolder folder = new();

    public static TheoryData<string> Recipes => [.. RecipeCatalogue.Names];

    public void Dispose() => folder.Dispose();

    [Theory, MemberData(nameof(Recipes))]
    public void A_run_that_is_stopped_again_and_again_ends_with_the_very_pair_of_one_that_was_not(string recipe)
    {
        var experiment = Small with { Recipe = recipe };
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
