using Heliograph.Experiments;
using Heliograph.Networks;
using Heliograph.Onnx;
using Heliograph.Training.Data;
using Heliograph.Training.Models;

namespace Heliograph.Training.Tests.Models;

public sealed class OnnxBackboneTests
{
    [Fact]
    public void An_ONNX_classifier_is_the_backbone_with_its_weights()
    {
        using var folder = new TemporaryFolder();
        var data = Signs.Load(train: 28, test: 28, seed: 1);
        string path = Save(folder, data.Classes.Count);
        var experiment = new Experiment { Split = "block2", Network = new() { Onnx = path, Width = 0.5 } };
        experiment.Validate(new(""));
        var network = ExperimentBackbone.Of(experiment, data);
        Assert.Equal(Backbones.Build("resnet8", 28, (3, 32, 32), 0.25).Cost().Macs, network.Cost().Macs);
        Assert.Equal(16, network.ShapeOf("conv3_1").Channels);
        var read = TrainedBackbone.Of(path, network);
        Assert.Equal(Drawn.Weights(Backbones.Build("resnet8", 28, (3, 32, 32), 0.25), 1)["conv0.weight"].Values, read.Model.Weights["conv0.weight"].Values);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        using var folder = new TemporaryFolder();
        var data = Signs.Load(train: 28, test: 28, seed: 1);
        string path = Save(folder, classes: 5);
        string Refusal(string file, string split) => Assert.ThrowsAny<UsageException>(() =>
        {
            var experiment = new Experiment { Split = split, Network = new() { Onnx = file } };
            experiment.Validate(new(""));
            ExperimentBackbone.Of(experiment, data);
        }).Message;
        Assert.Equal($"network.onnx: {path} knows 5 classes, but signs has 28", Refusal(path, "block2"));
        Assert.StartsWith("split: there is no split point 'pool1'; this network has block1, block2, block3", Refusal(Save(folder, 28), "pool1"), StringComparison.Ordinal);
        Assert.Equal("network.onnx: there is no file none.onnx", Refusal("none.onnx", "block2"));
        Assert.Equal("network.onnx: photo.png does not end with .onnx", Refusal("photo.png", "block2"));
    }

    static string Save(TemporaryFolder folder, int classes)
    {
        var network = Backbones.Build("resnet8", classes, (3, 32, 32), 0.25);
        string path = Path.Combine(folder.Path, $"{classes}.onnx");
        OnnxExport.Save(path, network, Drawn.Weights(network, 1), OnnxOptions.Device);
        return path;
    }
}
