using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Measuring;
using Heliograph.Training.Models;
using static TorchSharp.torch;

namespace Heliograph.Evaluation.OverSnr;

/// <summary>Measures a backbone, one view of each image, in 32-bit floats.</summary>
public static class BackboneEvaluation
{
    /// <summary>Accuracy on images as they are, on the set that the experiment's evaluation names.</summary>
    /// <exception cref="UsageException">
    /// The classes or the image size of the data differ from the backbone's, or normalised differently; or held-out images are requested but none are held out.
    /// </exception>
    public static (BackboneResult Result, Hits Hits) Measure(
        TrainedBackbone backbone, Experiment experiment, DataSet data, Device device, CancellationToken cancellation)
    {
        backbone.Check(data);
        var set = MeasuredSet.ForEvaluation(data, experiment.Evaluation.Set);
        var evaluator = new Evaluator(backbone.Normalisation ?? data.Normalisation, device, Precision.Fp32, experiment.Evaluation.Batch,
            ChannelCatalogue.Parse(experiment.Channel.Name), experiment.Seed, cancellation);
        var measured = evaluator.Classify(backbone.Model, set.Images);
        var result = new BackboneResult(backbone.Source, data.Name, set.Name, set.Images.Count, measured.Accuracy.Top1, measured.Accuracy.Top5, backbone.Model.Network.Cost().Macs);
        return (result, set.Hits(experiment.Seed, HitsAt.Of(measured)));
    }
}
