using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Evaluation;
using Heliograph.Training.Modules;
using Heliograph.Training.Runs;
using Heliograph.Training.Torch;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests.Runs;

[Collection(TorchCollection.Name)]
public sealed class TrainedBackboneTests
{
    [SkippableFact]
    public void A_checkpoint_of_PyTorch_classifies_as_it_did_there()
    {
        string? place = Environment.GetEnvironmentVariable("HELIOGRAPH_DATA");
        Skip.If(string.IsNullOrEmpty(place), "HELIOGRAPH_DATA is not set: the folder that holds cifar-100-binary.tar.gz.");
        string path = Path.Combine(place!, "vgg16_bn-cifar100-probe.safetensors");
        Skip.IfNot(File.Exists(path), $"{path} is not there: a checkpoint with torchvision's names that classifies 72.3 % of the test set rightly.");
        var data = DataSets.Load(new DataOptions { Name = "cifar100" }, null, seed: 1);
        var model = TrainedBackbone.Of(path, new Experiment().Backbone(data)).Model;
        Assert.Equal(new Experiment().Backbone(data).ToJson(), model.Network.ToJson());
        var evaluator = new Evaluator(data.Normalisation, CPU, Precision.Fp32, 250, new DifferentiableAwgn(), seed: 1);
        // Of 1,500 images; its deviation from the whole set's accuracy is 1.2 points.
        Assert.InRange(evaluator.Classify(model, data.Test.Take(1500, seed: 1)).Top1, 68, 77);
    }
}
