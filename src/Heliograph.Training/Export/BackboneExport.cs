using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Models;

namespace Heliograph.Training.Export;

/// <summary>Writes the backbone of a run as one file that tells what is known about it, for <c>pretrain.from</c> and for teachers.</summary>
public static class BackboneExport
{
    /// <summary>Throws unless a backbone can be written there.</summary>
    /// <exception cref="UsageException">It is a folder, or a file that may not be replaced.</exception>
    public static void CheckFree(string path, bool replace)
    {
        if (Directory.Exists(path))
            throw new UsageException($"{path} is a folder; a backbone is a file, such as models/vgg16-cifar100.safetensors");
        if (File.Exists(path) && !replace)
            throw new UsageException($"{path} already exists; give a new file, or --force to replace it");
    }

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="run">A run whose step pretrain is done.</param>
    /// <param name="data">The run's data, as <see cref="RunDataSet.Load"/> gives them: they know the classes and how images are normalised.</param>
    /// <param name="path">The file; its folder is made where needed.</param>
    /// <param name="type">How weights are stored.</param>
    /// <param name="replace">Whether a file that is there may be replaced.</param>
    /// <exception cref="UsageException">The run has no backbone yet, the data are not the run's, or the file may not be replaced.</exception>
    /// <exception cref="InvalidDataException">A file of the run is damaged, or a weight is beyond what can be stored.</exception>
    public static BackboneCard Write(RunFolder run, DataSet data, string path, WeightType type, bool replace)
    {
        CheckFree(path, replace);
        var experiment = run.ReadExperiment();
        var backbone = TrainedBackbone.Of(run.Path, ExperimentBackbone.Of(experiment, data));
        backbone.Check(data);
        // A card's accuracy is that of the test set.
        var result = run.ResultOf("pretrain") is { MeasuredOn: SetNames.Test } tested ? tested : null;
        // Where the data lay is of the machine that trained, not of the backbone.
        var card = new BackboneCard(data.Classes, data.Normalisation, OptionsBinder.ToYaml(experiment with { Data = experiment.Data with { Path = null } }))
        {
            Data = data.Name,
            TestImages = RunData.Of(run)?.Test.Images ?? data.Test.Count,
            Top1 = result?.Top1,
            Top5 = result?.Top5,
            Commit = RunEnvironment.CommitOf(run),
            Version = RunEnvironment.Version,
        };
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        SealedModel.Save(backbone.Model, path, card.Write(), type);
        return card;
    }
}
