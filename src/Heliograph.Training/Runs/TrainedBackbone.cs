using System.Globalization;
using System.Text.Json;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Steps;

namespace Heliograph.Training.Runs;

/// <summary>A trained backbone, and what is known about it: of a run, of a file, or one that ships.</summary>
/// <param name="Source">The file, for messages.</param>
/// <param name="Model">The network and its weights.</param>
public sealed record TrainedBackbone(string Source, Model Model)
{
    /// <summary>What the file says of itself; empty for a run's and for most of other programs'.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Finds and reads a backbone.</summary>
    /// <param name="from">
    /// The folder of a run; a safetensors file, of this program or with torchvision's names of VGG (<see cref="TorchVgg"/>); or the name of one that
    /// ships (<see cref="ShippedModels"/>).
    /// </param>
    /// <param name="assumed">What a file that does not describe its network is taken for; a PyTorch checkpoint tells all but the size of its images.</param>
    /// <param name="key">Begins every message, for instance <c>pretrain.from: </c>.</param>
    /// <exception cref="UsageException">There is no such backbone.</exception>
    /// <exception cref="InvalidDataException">The file is damaged or holds no backbone.</exception>
    public static TrainedBackbone Of(string from, Network assumed, string key = "")
    {
        string path = Find(from, key);
        try
        {
            var file = Safetensors.Read(path, TorchVgg.IsCounter);
            try
            {
                var model = TorchVgg.IsNamed(file.Weights.Keys) ? TorchVgg.Read(file.Weights, assumed.Input) : Model.Described(file) ?? Assume(assumed, file.Weights);
                return new(path, model) { Metadata = file.Metadata };
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"{path}: {e.Message}", e);
            }
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException(key + e.Message, e);
        }
    }

    /// <summary>Refuses data that are not of the backbone's kind.</summary>
    /// <param name="data">What it shall classify.</param>
    /// <param name="key">Begins every message.</param>
    /// <exception cref="UsageException">They have other classes, another size, or are normalised otherwise.</exception>
    public void Check(DataSet data, string key = "")
    {
        if (data.Train.Shape != Model.Network.Input)
            throw new UsageException($"{key}{Source} reads images of {Model.Network.Input}, those of {data.Name} are {data.Train.Shape}");
        int logits = Model.Network.Output.Elements;
        if (data.Classes.Count != logits)
            throw new UsageException($"{key}{Source} knows {logits} classes, {data.Name} has {data.Classes.Count}");
    }

    static Model Assume(Network network, Weights weights)
    {
        network.Check(weights);
        return new(network, weights);
    }

    static string Find(string from, string key)
    {
        if (RunFolder.IsRun(from))
        {
            string path = Path.Combine(from, "steps", "pretrain", Step.BackboneFile);
            return File.Exists(path) ? path : throw new UsageException($"{key}the run {from} has no pretrained backbone yet");
        }
        if (File.Exists(from))
            return from;
        return ShippedModels.Find(from) ?? throw new UsageException($"{key}{OneLine.Of(from)} is neither a run nor a safetensors file, nor a backbone that ships"
            + (ShippedModels.Names is { Count: > 0 } names ? $" ({string.Join(", ", names)})" : ""));
    }
}
