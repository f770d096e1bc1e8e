using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Measuring;
using Heliograph.Training.Models;
using static TorchSharp.torch;

namespace Heliograph.Evaluation.OverSnr;

/// <summary>Measures a pair over SNR.</summary>
public static class PairEvaluation
{
    // docs/snr.md
    const string Convention = "P/σ² per real symbol in dB, the mean power P of each image's symbols being 1";

    /// <summary>
    /// Accuracy over SNR of a pair, through the channel and with the seed of the experiment that trained it. Computed in 32-bit floats
    /// whatever it was trained in: so do the device and the edge, and it is the same on every machine up to rounding. The backbone's accuracy is
    /// given on the same images; if it is known only on others and the backbone is at hand, it is measured.
    /// </summary>
    /// <param name="pair">Of a run or a pair folder.</param>
    /// <param name="experiment">The pair's, with what the caller wants otherwise.</param>
    /// <param name="data">The experiment's data.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="reporter">Hears how it goes.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <returns>The accuracies, and of each image whether it was classified correctly.</returns>
    /// <exception cref="UsageException">The classes or the image size of the data differ from the pair's, or held-out images are requested but none are held out.</exception>
    public static (EvaluationResult Result, Hits Hits) Measure(TrainedPair pair, Experiment experiment, DataSet data, Device device,
        IRunReporter reporter, CancellationToken cancellation)
    {
        pair.Check(data);
        var options = experiment.Evaluation;
        var set = MeasuredSet.ForEvaluation(data, options.Set);
        var evaluator = new Evaluator(pair.Normalisation ?? data.Normalisation, device, Precision.Fp32, options.Batch,
            ChannelCatalogue.Parse(experiment.Channel.Name), experiment.Seed, cancellation)
        { Gallery = Retrieval.IsTaskOf(experiment.Steps()) ? Gallery.Images(data, experiment.Retrieval.Gallery, experiment.Seed) : null };
        int layers = ImageCode.LayersOf(pair.Device.Network), done = 0, all = layers * options.Snr.Decibels.Count;
        var fewer = Enumerable.Range(1, layers - 1).Select(arriving => FewerLayers(arriving, OverSnr(arriving).Points)).ToArray();
        var (noiseless, points) = OverSnr(null);
        bool restores = noiseless.Psnr is not null;
        var result = new EvaluationResult(pair.Name, pair.Split, pair.Device.Network.Output.Elements, ImageCode.DeviceMacs(pair.Device.Network, pair.Edge.Network, set.Images.Shape),
            BackboneTop1(pair, evaluator, set), noiseless.Accuracy.Top1, [.. points.Select(point => point.Point)])
        {
            MeasuredOn = set.Name,
            Psnr = restores ? [.. points.Select(point => point.Psnr!.Value)] : null,
            NoiselessPsnr = noiseless.Psnr,
            MeanAveragePrecision = noiseless.MeanAveragePrecision is null ? null : [.. points.Select(point => point.MeanAveragePrecision!.Value)],
            Gallery = evaluator.Gallery?.Count,
            FewerLayers = layers > 1 && restores ? [.. fewer] : null,
            Images = set.Images.Count,
            Draws = options.Draws,
            Channel = experiment.Channel.Name,
            SnrConvention = Convention,
            Seed = experiment.Seed,
        };
        return (result, set.Hits(experiment.Seed, points.Select(HitsAt.Of).Prepend(HitsAt.Of(noiseless))));

        (Measurement Noiseless, IReadOnlyList<SnrMeasurement> Points) OverSnr(int? arriving) => evaluator.OverSnr(pair.Device, pair.Edge, set.Images, options, point =>
            reporter.Progress(new("evaluation", FormattableString.Invariant($"{point.SnrDb:0.##} dB"), (double)++done / all, 0, 0, point.Point.Top1, TimeSpan.Zero)), arriving);

        FewerLayers FewerLayers(int arriving, IReadOnlyList<SnrMeasurement> measured) => new(pair.Device.Network.Output.Elements / layers * arriving,
            [.. measured.Select(point => point.Point)], [.. measured.Select(point => point.Psnr!.Value)]);
    }

    static double? BackboneTop1(TrainedPair pair, Evaluator evaluator, MeasuredSet set)
    {
        if (pair.BackboneMeasuredOn == set.Name)
            return pair.BackboneTop1;
        return File.Exists(pair.BackboneFile) ? evaluator.Classify(SealedModel.Load(pair.BackboneFile), set.Images).Accuracy.Top1 : null;
    }
}
