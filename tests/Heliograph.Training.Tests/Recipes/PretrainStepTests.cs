using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Recipes;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Recipes;

[Collection(TorchCollection.Name)]
public sealed class PretrainStepTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_backbone_is_trained_further_from_where_another_ended()
    {
        Weights first = Train("first", new() { Epochs = 2, Rate = 0.01 }), again = Train("again", new() { Epochs = 0, Start = Path.Combine(folder.Path, "first") });
        foreach (string name in first.Keys)
            Assert.Equal(first[name].Values, again[name].Values);
        Assert.NotEqual(first["conv1_1.weight"].Values, Train("further", new() { Epochs = 1, Start = Path.Combine(folder.Path, "first") })["conv1_1.weight"].Values);
        Assert.NotEqual(first["conv1_1.weight"].Values, Train("drawn", new() { Epochs = 0 })["conv1_1.weight"].Values);
    }

    Weights Train(string name, PretrainOptions options)
    {
        var data = DataSets.Load(new() { Name = "signs", Train = 32, Test = 32 }, null, seed: 1);
        var experiment = new Experiment { Network = new() { Name = "vgg11", Width = 0.0625 }, Pretrain = options with { Batch = 16 } };
        using var run = RunFolder.OpenForWork(Path.Combine(folder.Path, name));
        run.Write(experiment);
        run.BeginStep("pretrain");
        var step = new PretrainStep();
        var (_, note) = step.Run(new()
        {
            Run = run,
            Experiment = experiment,
            Data = data,
            Device = CPU,
            Precision = Precision.Fp32,
            Reporter = new Silent(),
            Cancellation = default,
        }, resume: null);
        Assert.Equal(options.Start is { } start ? $"trained further from {start}" : null, note);
        return Model.Load(run.StepPath("pretrain", StepFiles.Backbone)).Weights;
    }

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
}
