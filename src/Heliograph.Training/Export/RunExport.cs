using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;
using Heliograph.Onnx;
using Heliograph.Pairs;
using Heliograph.Training.Data;
using Heliograph.Training.Models;

namespace Heliograph.Training.Export;

/// <summary>Writes the pair of a run as a pair folder (docs/pair-format.md): batch norms folded, what is known about it beside it.</summary>
public static class RunExport
{
    /// <summary>Writes the folder, whole or not at all.</summary>
    /// <param name="run">A run with a pair.</param>
    /// <param name="data">The run's data, as <see cref="RunDataSet.Load"/> gives them: they know the classes and how images are normalised.</param>
    /// <param name="folder">The folder to write.</param>
    /// <param name="options">How.</param>
    /// <returns>The pair, opened.</returns>
    /// <exception cref="UsageException">The run has no pair yet, the data are not the run's, or the folder may not be written or replaced.</exception>
    /// <exception cref="InvalidDataException">A file of the run is damaged, or a weight is beyond what can be stored.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static Pair Write(RunFolder run, DataSet data, string folder, ExportOptions options)
    {
        var trained = TrainedPair.Of(run);
        trained.Check(data);
        var experiment = run.ReadExperiment();
        if (ImageCode.ReadsFeedback(trained.Device.Network, data.Test.Shape))
            throw new UsageException($"{trained.Name} cannot be a pair: with image.feedback, its device has to know what the edge receives, and pairs have no way back");
        bool retrieves = Retrieval.IsTaskOf(experiment.Steps());
        if (!retrieves && (options.Gallery ?? options.Neighbours) is not null)
            throw new UsageException($"{trained.Name} has no gallery: its recipe {experiment.Recipe} classifies; a gallery and its neighbours are for {Retrieval.Recipe.Name}");
        if (trained.Device.Network.Layers[^1] is not PowerNormalization)
            throw new UsageException($"the run {run.Path} has code.power: peak: its symbols have no mean power of 1, which devices and edges count on; train with code.power=mean");
        // Of all modes, and of symbols sent as they are: what was measured with the points of a constellation says nothing of that.
        var measured = experiment.Evaluation is { Constellation: null, Width: null, Symbols: null } ? EvaluationFiles.Read(run) : null;
        // Nor does what was measured with another gallery.
        if (options.Gallery is { } perClass && perClass != experiment.Retrieval.Gallery)
            measured = null;
        string? measuredOn = measured?.MeasuredOn == SetNames.Test ? null : measured?.MeasuredOn;
        int images = measured is null ? 0 : measured.Images ?? MeasuredSet.ForEvaluation(data, experiment.Evaluation.Set).Images.Count;
        var (device, deviceWeights) = Folding.Fold(trained.Device.Network, trained.Device.Weights);
        var narrower = trained.Widths.Skip(1).Select(width => Folding.Fold(width.Network, width.Weights)).ToList();
        if (trained.Modes is { } modes && trained.Widths.Count < modes.Ratios.Count)
            throw new UsageException($"the run {run.Path} has no elastic pair yet: its step {Elastic.Modes.Name} is not finished");
        var (edge, edgeWeights) = Folding.Fold(trained.Edge.Network, trained.Edge.Weights);
        Gallery? gallery = null;
        if (retrieves)
        {
            edge = Embedding.Of(edge);
            gallery = GalleryExport.Make(new(device, deviceWeights), new(edge, edgeWeights), experiment, data, options);
        }
        var description = new PairDescription
        {
            Name = options.Name,
            Split = trained.Split,
            PruningRatio = trained.Split == Experiment.InputPlace ? 0 : PruningRatio(ExperimentBackbone.Of(experiment, data).SplitAt(trained.Split).Device, device),
            Symbols = device.Output.Elements,
            Channel = new(experiment.Channel.Name, experiment.Channel.Snr.Low, experiment.Channel.Snr.High),
            Classes = data.Classes,
            Normalisation = data.Normalisation,
            Device = device,
            Edge = edge,
            Modes = trained.Modes,
            Widths = trained.Modes is null ? null : [.. narrower.Select(width => width.Network)],
            Gallery = gallery is null ? null : GalleryExport.Describe(gallery, options),
            Accuracy = measured is null ? null
                : new(images, measured.Draws ?? experiment.Evaluation.Draws, measured.BackboneTop1, measured.NoiselessTop1, measured.Points) { MeasuredOn = measuredOn, Modes = measured.Modes, MeanAveragePrecision = measured.MeanAveragePrecision },
            Calibration = measured?.Calibration is { } temperatures ? new(images, temperatures) { MeasuredOn = measuredOn, Modes = measured.ModeCalibration } : null,
            // Where the data lay is of the machine that trained, not of the pair.
            Provenance = new(OptionsBinder.ToYaml(experiment with { Data = experiment.Data with { Path = null } }), experiment.Seed,
                RunEnvironment.CommitOf(run), RunEnvironment.Version),
        };
        var others = new Dictionary<string, Action<PairId, Stream>>();
        if (options.Onnx)
        {
            others[Pair.DeviceOnnxFile] = (id, stream) => OnnxExport.Of(device, deviceWeights, OnnxOptions.Device with
            {
                Storage = options.Type,
                Metadata = Metadata(id, description, ("heliograph.mean", BackboneCard.Numbers(data.Mean)), ("heliograph.std", BackboneCard.Numbers(data.Std))),
            }).WriteTo(stream);
            others[Pair.EdgeOnnxFile] = (id, stream) => OnnxExport.Of(edge, edgeWeights, (retrieves ? OnnxOptions.Embedding : OnnxOptions.Edge) with
            {
                Storage = options.Type,
                Metadata = Metadata(id, description, ("heliograph.classes", JsonSerializer.Serialize(data.Classes, Json.Compact))),
            }).WriteTo(stream);
        }
        return PairFolder.Write(folder, description, deviceWeights, edgeWeights, options.Type, others, options.Replace,
            [.. narrower.Select(width => width.Weights)], gallery);
    }

    /// <summary>Fraction of the filters up to the split point that the device half has lost; the encoder's filters do not belong to the backbone.</summary>
    static double PruningRatio(Network front, Network device)
    {
        int left = front.Layers.OfType<Convolution>().Sum(conv => device.ShapeOf(conv.Name).Channels);
        return Math.Round(1 - (double)left / front.Filters(), 6);
    }

    static Dictionary<string, string> Metadata(PairId id, PairDescription pair, params (string Key, string Value)[] more)
    {
        var metadata = more.ToDictionary(entry => entry.Key, entry => entry.Value);
        metadata["heliograph.pair"] = id.ToString();
        metadata["heliograph.name"] = pair.Name;
        metadata["heliograph.split"] = pair.Split;
        metadata["heliograph.symbols"] = pair.Symbols.ToString(CultureInfo.InvariantCulture);
        metadata["heliograph.snr"] = "P/σ² per real symbol in dB; the mean power P of each image's symbols is 1; "
            + string.Create(CultureInfo.InvariantCulture, $"trained through {pair.Channel.Name} at {new SnrRange(pair.Channel.SnrLowDb, pair.Channel.SnrHighDb)}");
        return metadata;
    }
}
