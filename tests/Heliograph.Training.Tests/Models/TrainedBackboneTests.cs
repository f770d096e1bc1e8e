using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Experiments.Data;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Measuring;
using Heliograph.Training.Models;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Models;

[Collection(TorchCollection.Name)]
public sealed class TrainedBackboneTests
{
    [Fact]
    public void A_file_tells_its_classes_and_its_normalisation_and_other_data_are_refused()
    {
        using var folder = new TemporaryFolder();
        var data = Signs.Load(train: 28, test: 28, seed: 1);
        var network = Backbones.Build("vgg11", data.Classes.Count, data.Train.Shape, 0.0625);
        string path = Path.Combine(folder.Path, "backbone.safetensors");
        var card = new BackboneCard(data.Classes, data.Normalisation, "seed: 7\n") { Data = "signs", TestImages = 28, Top1 = 12.5, Commit = "abc" };
        new Model(network, Drawn.Weights(network, 1)).Save(path, card.Write(), WeightType.F16);

        var backbone = TrainedBackbone.Of(path, network);
        Assert.Equal(card.Write(), backbone.Card!.Write());
        Assert.Equal(card.Write(), TrainedBackbone.CardOf(path)!.Write());
        backbone.Check(data);
        string Refused(DataSet other) => Assert.Throws<UsageException>(() => backbone.Check(other, "joint.teacher: ")).Message;
        Assert.Equal($"joint.teacher: {path} was trained on classes other than those of signs: its '{data.Classes[2]}' is 'cow' there",
            Refused(data with { Classes = [.. data.Classes.Select((name, i) => i == 2 ? "cow" : name)] }));
        Assert.Contains("was trained on images normalised with mean [", Refused(data with { Std = [.. data.Std.Select(std => std + 0.01f)] }));
        Assert.Contains("knows 28 classes, but signs has 2", Refused(data with { Classes = ["a", "b"] }));
    }

    [SkippableFact]
    public void A_checkpoint_of_PyTorch_classifies_as_it_did_there()
    {
        string? place = Environment.GetEnvironmentVariable("HELIOGRAPH_DATA");
        Skip.If(string.IsNullOrEmpty(place), "HELIOGRAPH_DATA is not set: the folder that holds cifar-100-binary.tar.gz.");
        string path = Path.Combine(place!, "vgg16_bn-cifar100-probe.safetensors");
        Skip.IfNot(File.Exists(path), $"{path} is not there: a checkpoint with torchvision's names that classifies 72.3 % of the test set rightly.");
        var data = DataSets.Load(new DataOptions { Name = "cifar100" }, null, seed: 1);
        var model = TrainedBackbone.Of(path, ExperimentBackbone.Of(new Experiment(), data)).Model;
        Assert.Equal(ExperimentBackbone.Of(new Experiment(), data).ToJson(), model.Network.ToJson());
        var evaluator = new Evaluator(data.Normalisation, CPU, Precision.Fp32, 250, new AwgnChannel(), seed: 1);
        // Of 1,500 images; its deviation from the whole set's accuracy is 1.2 points.
        Assert.InRange(evaluator.Classify(model, data.Test.Take(1500, seed: 1)).Accuracy.Top1, 68, 77);
    }
}
