using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;
using Heliograph.Training.Export;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Models;
using Heliograph.Training.Recipes;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Recipes;

/// <summary>The image itself through the channel, on a few drawn signs.</summary>
[Collection(TorchCollection.Name)]
public sealed class ImageTransmissionTests : IDisposable
{
    static readonly Experiment Small = new()
    {
        Recipe = "deepjscc-image",
        Threads = 1,
        Precision = Precision.Fp32,
        Device = DeviceChoice.Cpu,
        Network = new() { Name = "vgg11", Width = 0.0625 },
        Data = new() { Name = "signs", Train = 192, Test = 64 },
        Code = new() { Channels = 8 },
        Channel = new() { Snr = new(0, 0) },
        Pretrain = new() { Epochs = 1, Batch = 32 },
        Image = new() { Epochs = 6, Batch = 16, Rate = 3e-3 },
        Joint = new() { Epochs = 1, Batch = 32 },
        Evaluation = new() { Draws = 1, Batch = 50 },
    };

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Later_layers_refine_the_image_and_feedback_costs_the_device_a_decoder()
    {
        var (plain, _) = Train("plain", Small);
        var (refined, session) = Train("refined", Small with { Image = Small.Image with { Layers = 2 } });
        var (fed, _) = Train("fed", Small with { Image = Small.Image with { Layers = 2, Feedback = true } });
        foreach (var (pair, layers) in (ReadOnlySpan<(TrainedPair, int)>)[(plain, 1), (refined, 2), (fed, 2)])
        {
            Assert.Equal(("input", 512, layers), (pair.Split, pair.Device.Network.Output.Elements, ImageCode.LayersOf(pair.Device.Network, pair.Edge.Network)));
            double all = Psnr(pair, layers);
            // A picture of the mean colour has 12.5 dB here.
            Assert.InRange(all, 14, 40);
            if (layers > 1)
                Assert.InRange(Psnr(pair, 1), 12, all - 0.05);
        }
        // Layers send what one network computes at once; with feedback it computes for each layer, and the device decodes between them.
        long once = plain.Device.Network.Cost().Macs, decoder = plain.Edge.Network.SplitAfter(ImageCode.RestoredLayer).Device.Cost().Macs;
        Assert.Equal(once, Macs(refined));
        Assert.Equal(2 * fed.Device.Network.Cost().Macs + decoder, Macs(fed));

        double Psnr(TrainedPair pair, int arriving) => new Evaluator(session).OverSnr(pair.Device, pair.Edge, session.Data.Test, Small.Evaluation with { Snr = SnrGrid.Parse("0", null) }, arriving: arriving).Points.Single().Psnr!.Value;
        long Macs(TrainedPair pair) => ImageCode.DeviceMacs(pair.Device.Network, pair.Edge.Network, session.Data.Test.Shape);
    }

    [Fact]
    public void Only_the_backbone_is_trained_on_what_arrives_and_what_needs_a_way_back_is_no_pair()
    {
        var (pair, session) = Train("fed", Small with { Image = Small.Image with { Epochs = 1, Layers = 2, Feedback = true } });
        using var run = RunFolder.OpenForReading(Path.Combine(folder.Path, "fed"));
        var before = run.LoadModel("image", "edge.safetensors").Weights;
        foreach (string name in before.Keys)
        {
            bool isCode = name.StartsWith("decoder.", StringComparison.Ordinal);
            if (isCode || name.EndsWith(".weight", StringComparison.Ordinal))
                Assert.Equal(isCode, before[name].Values.AsSpan().SequenceEqual(pair.Edge.Weights[name].Values));
        }
        Assert.Contains("no way back", Assert.Throws<UsageException>(() => RunExport.Write(run, session.Data, Path.Combine(folder.Path, "pair"), new("pair"))).Message, StringComparison.Ordinal);
    }

    (TrainedPair Pair, TrainingSession Session) Train(string name, Experiment experiment)
    {
        string path = Path.Combine(folder.Path, name);
        using var run = RunFolder.OpenForWork(path);
        var result = Pipeline.Run(run, experiment, null, null, new Quiet(), CancellationToken.None);
        Assert.Contains("PSNR", result.Steps[^1].Note, StringComparison.Ordinal);
        return (TrainedPair.Of(run), result.Session);
    }

    sealed class Quiet : IRunReporter
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
