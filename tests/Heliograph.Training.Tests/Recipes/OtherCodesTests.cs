using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Modules;
using Heliograph.Training.Recipes;

namespace Heliograph.Training.Tests.Recipes;

/// <summary>Step 3 with the codes of BottleNet and BottleNet++.</summary>
[Collection(TorchCollection.Name)]
public sealed class OtherCodesTests : IDisposable
{
    readonly TinyRun tiny = new();

    public void Dispose() => tiny.Dispose();

    /// <summary>The rest of the network stays as it is; encoder and decoder both learn, through the channel or the codec.</summary>
    [Theory]
    [InlineData("bottlenet++", PowerConstraint.Mean)]
    [InlineData("bottlenet++", PowerConstraint.Peak)]
    [InlineData("bottlenet", PowerConstraint.Mean)]
    public void The_code_learns_to_restore_the_map(string recipe, PowerConstraint power)
    {
        var session = tiny.Session(new AutoencoderOptions { Epochs = 20, Batch = 16, Rate = 0.05, Decay = 0, Loss = AutoencoderLoss.Paper });
        session = session with { Experiment = session.Experiment with { Recipe = recipe, Split = "pool2", Code = new() { Channels = 3, Power = power }, Digital = new() { Quality = 30 } } };
        session.Run.BeginStep("autoencoder");
        var (_, note) = new AutoencoderStep().Run(session, resume: null);
        var metrics = session.Run.ReadMetrics();
        Assert.InRange(metrics[^1].Loss!.Value / metrics[0].Loss!.Value, 0, 0.8);

        Model device = session.Run.LoadModel("autoencoder", StepFiles.Device), edge = session.Run.LoadModel("autoencoder", StepFiles.Edge);
        var drawn = Initialization.Draw(session.Experiment.Encoder((8, 8, 8)), session.Experiment.Seed);
        string first = drawn.Keys.First();
        Assert.InRange(device.Weights[first].Values.Zip(drawn[first].Values, (now, before) => Math.Abs(now - before)).Max(), 0.01, double.PositiveInfinity);
        var backbone = Model.Load(tiny.BackboneFile);
        Assert.Equal(backbone.Weights["conv5_1.weight"].Values, edge.Weights["conv5_1.weight"].Values);
        Assert.Equal((3 * 4 * 4, 28), (device.Network.Output.Elements, edge.Network.Output.Elements));
        Assert.StartsWith("48 " + (recipe, power) switch
        {
            ("bottlenet", _) => "values for a map of 8×8×8; sent as JPEG files of quality 30",
            (_, PowerConstraint.Peak) => "symbols for a map of 8×8×8; mean power 0.",
            _ => "symbols for a map of 8×8×8; ",
        }, note, StringComparison.Ordinal);
    }
}
