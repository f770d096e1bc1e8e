using System.Globalization;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Onnx.Import;
using Heliograph.Training.Data;

namespace Heliograph.Training.Models;

/// <summary>A trained backbone, and what is known about it: of a run, of a file, or one that ships.</summary>
/// <param name="Source">The file, for messages.</param>
/// <param name="Model">The network and its weights.</param>
public sealed record TrainedBackbone(string Source, Model Model)
{
    /// <summary>What its file tells beside the network; null for a run's and for other programs' files.</summary>
    public BackboneCard? Card { get; init; }

    /// <summary>The classes that it was trained with, where its file or its run tells them.</summary>
    public ValueList<string>? Classes { get; init; }

    /// <summary>The normalisation that it was trained with, where its file or its run tells it.</summary>
    public Normalisation? Normalisation { get; init; }

    /// <summary>Finds and reads a backbone.</summary>
    /// <param name="from">
    /// The folder of a run; a safetensors file, of this program or with torchvision's names of VGG (<see cref="TorchVgg"/>); an ONNX classifier; or the name of one that
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
            if (path.EndsWith(".onnx", StringComparison.OrdinalIgnoreCase))
                return OfOnnx(path, key);
            var file = Safetensors.Read(path, TorchVgg.IsCounter);
            Seal.Check(path);
            try
            {
                var model = TorchVgg.IsNamed(file.Weights.Keys) ? TorchVgg.Read(file.Weights, assumed.Input) : Model.Described(file) ?? Assume(assumed, file.Weights);
                var card = BackboneCard.Read(file.Metadata);
                var data = RunFolder.IsRun(from) ? DataOf(from) : null;
                return new(path, model) { Card = card, Classes = card?.Classes ?? data?.Classes, Normalisation = card?.Normalisation ?? data?.Normalisation };
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

    /// <summary>A backbone, named as for <see cref="Of"/>, that is to be of a network and to fit data.</summary>
    /// <exception cref="UsageException">There is none, or it was trained on other data.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or of another network.</exception>
    public static Model For(string from, Network network, DataSet data, string key)
    {
        var backbone = Of(from, network, key);
        try
        {
            network.Check(backbone.Model.Weights);
        }
        catch (InvalidDataException e)
        {
            throw new InvalidDataException($"{key}{backbone.Source} has a network other than the one in the experiment: {e.Message}", e);
        }
        backbone.Check(data, key);
        return new(network, backbone.Model.Weights);
    }

    /// <summary>The card alone of a backbone that is named as for <see cref="Of"/>.</summary>
    /// <exception cref="UsageException">There is no such backbone.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    public static BackboneCard? CardOf(string from)
    {
        string path = Find(from, key: "");
        try
        {
            return BackboneCard.Read(Safetensors.Read(path, skip: _ => true).Metadata);
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    /// <summary>Refuses data that are not of the backbone's kind.</summary>
    /// <param name="data">What it shall classify.</param>
    /// <param name="key">Begins every message.</param>
    /// <exception cref="UsageException">They have other classes, another size, or are normalised otherwise.</exception>
    public void Check(DataSet data, string key = "")
    {
        if (data.Train.Shape != Model.Network.Input)
            throw new UsageException($"{key}{Source} reads images of {Model.Network.Input}, but those of {data.Name} are {data.Train.Shape}");
        int logits = Model.Network.Output.Elements;
        if (data.Classes.Count != logits)
            throw new UsageException($"{key}{Source} knows {logits} classes, but {data.Name} has {data.Classes.Count}");
        if (Classes?.Zip(data.Classes).FirstOrDefault(names => names.First != names.Second) is ({ } mine, { } other))
            throw new UsageException($"{key}{Source} was trained on classes other than those of {data.Name}: its '{OneLine.Of(mine)}' is '{OneLine.Of(other)}' there");
        if (Card is not null && !(IsNear(Card.Normalisation.Mean, data.Mean) && IsNear(Card.Normalisation.Std, data.Std)))
            throw new UsageException($"{key}{Source} was trained on images normalised with mean {Text(Card.Normalisation.Mean)} and deviation {Text(Card.Normalisation.Std)}; those of {data.Name} have {Text(data.Mean)} and {Text(data.Std)}");

        // A hundredth of the usual deviation changes no answer; other data differ by more.
        static bool IsNear(IReadOnlyList<float> mine, IReadOnlyList<float> other) => mine.Count == other.Count && mine.Zip(other).All(pair => Math.Abs(pair.First - pair.Second) < 0.0025);
        static string Text(IReadOnlyList<float> values) => $"[{string.Join(", ", values.Select(value => value.ToString("0.####", CultureInfo.InvariantCulture)))}]";
    }

    static RunData? DataOf(string path)
    {
        using var run = RunFolder.OpenForReading(path);
        return RunData.Of(run);
    }

    /// <summary>Reads an ONNX classifier.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">Begins every message.</param>
    /// <exception cref="UsageException">It has an operator that is not known.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static TrainedBackbone OfOnnx(string path, string key = "")
    {
        if (!File.Exists(path))
            throw new UsageException($"{key}there is no file {OneLine.Of(path)}");
        try
        {
            return new(path, OnnxImport.Read(path));
        }
        catch (UsageException e)
        {
            throw new UsageException(key + e.Message, e);
        }
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
            string path = Path.Combine(from, "steps", "pretrain", StepFiles.Backbone);
            return File.Exists(path) ? path : throw new UsageException($"{key}the run {from} has no pretrained backbone yet");
        }
        if (File.Exists(from))
            return from;
        return ShippedModels.Find(from) ?? throw new UsageException($"{key}{OneLine.Of(from)} is not a run, a safetensors file or a backbone that ships"
            + (ShippedModels.Names is { Count: > 0 } names ? $" ({string.Join(", ", names)})" : ""));
    }
}
