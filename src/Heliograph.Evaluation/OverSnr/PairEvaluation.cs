using Heliograph.Channels;
using Heliograph.Codes;
using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Training.Data;
using Heliograph.Training.Measuring;
using Heliograph.Training.Models;
using static TorchSharp.torch;

namespace Heliograph.Evaluation.OverSnr;

/// <summary>Measures a pair over SNR.</summary>
public static class PairEvaluation
{
    // docs/snr.md
    const string OfTheMean = "P/σ² per real symbol in dB, the mean power P of each image's symbols being 1";

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
        bool all = pair.Modes is not null && options is { Width: null, Symbols: null };
        if (options is not { Width: null, Symbols: null })
            pair = pair.In(options.Width, options.Symbols);
        var set = MeasuredSet.ForEvaluation(data, options.Set);
        var evaluator = new Evaluator(pair.Normalisation ?? data.Normalisation, device, Precision.Fp32, options.Batch,
            ChannelCatalogue.Parse(experiment.Channel.Name), experiment.Seed, cancellation)
        {
            Gallery = pair.Gallery,
            Known = pair.Gallery is null && Retrieval.IsTaskOf(experiment.Steps()) ? GalleryImages.Of(data, experiment.Retrieval.Gallery, experiment.Seed) : null,
        };
        int layers = ImageCode.LayersOf(pair.Device.Network, pair.Edge.Network), count = all ? pair.Modes!.Ratios.Count * pair.Modes.Symbols.Count : layers;
        var curves = new Curves(pair, evaluator, set, options, options.Constellation is null ? count : count + 1, reporter);
        var asTheyAre = options.Constellation is null ? null : curves.Of(pair, "as they are, ", options with { Constellation = null }).Points;
        FewerLayers[] fewer = [.. Enumerable.Range(1, layers - 1).Select(arriving => curves.Of(pair.Device.Network.Output.Elements / layers * arriving, arriving))];
        var (noiseless, points) = curves.Of(pair, "", options);
        // The largest is measured already.
        MeasuredMode[] modes = !all ? []
            : [new(pair.Modes!.Largest, new(pair.Modes.Ratios[0], pair.Modes.MostSymbols, pair.Device.Network.Cost().Macs, noiseless.Accuracy.Top1, [.. points.Select(point => point.Point)]), [.. points]),
                .. pair.Modes.All.Where(mode => mode != pair.Modes.Largest && mode.Width < pair.Widths.Count).Select(curves.Of)];
        var result = new EvaluationResult(pair.Name, pair.Split, pair.Device.Network.Output.Elements, ImageCode.DeviceMacs(pair.Device.Network, pair.Edge.Network, set.Images.Shape),
            BackboneTop1(pair, evaluator, set), noiseless.Accuracy.Top1, [.. points.Select(point => point.Point)])
        {
            MeasuredOn = set.Name,
            Psnr = noiseless.Psnr is null ? null : [.. points.Select(point => point.Psnr!.Value)],
            NoiselessPsnr = noiseless.Psnr,
            MeanAveragePrecision = noiseless.MeanAveragePrecision is null ? null : [.. points.Select(point => point.MeanAveragePrecision!.Value)],
            Gallery = evaluator.GalleryCount,
            FewerLayers = layers > 1 ? [.. fewer] : null,
            Images = set.Images.Count,
            Draws = options.Draws,
            Calibration = Temperatures(points),
            Constellation = options.Constellation,
            AsTheyAre = asTheyAre is null ? null : [.. asTheyAre.Select(point => point.Point)],
            Modes = all ? [.. modes.Select(mode => mode.Accuracy)] : null,
            ModeCalibration = all && modes.All(mode => Temperatures(mode.Points) is not null) ? [.. modes.Skip(1).Select(mode => new ModeCalibration(mode.Accuracy.Ratio, mode.Accuracy.Symbols, Temperatures(mode.Points)!))] : null,
            Refinement = all ? Refinement.Of(modes) : null,
            Channel = experiment.Channel.Name,
            SnrConvention = pair.Device.Network.Layers[^1] is PowerNormalization ? OfTheMean : EvaluationResult.OfThePeak,
            Seed = experiment.Seed,
        };
        return (result, set.Hits(experiment.Seed, points.Select(HitsAt.Of).Prepend(HitsAt.Of(noiseless))));
    }

    static ValueList<CalibrationPoint>? Temperatures(IReadOnlyList<SnrMeasurement> points) => points.All(point => point.Calibration is not null) ? [.. points.Select(point => point.Calibration!)] : null;

    /// <summary>Curves over SNR of one pair, of an elastic one in several modes.</summary>
    sealed class Curves(TrainedPair pair, Evaluator evaluator, MeasuredSet set, EvaluationOptions options, int count, IRunReporter reporter)
    {
        // All modes of a width send the beginning of the same code; one width is measured after the other.
        (int Width, SetCode Code)? last;
        int done;

        public MeasuredMode Of(Mode mode)
        {
            var inMode = pair.In(pair.Modes!.Ratios[mode.Width], mode.Symbols);
            var (noiseless, points) = Of(inMode, FormattableString.Invariant($"{mode.Symbols} symbols, "), options);
            return new(mode, new(pair.Modes.Ratios[mode.Width], mode.Symbols, inMode.Device.Network.Cost().Macs, noiseless.Accuracy.Top1, [.. points.Select(point => point.Point)]), [.. points]);
        }

        // Of the symbols of an image that is sent in layers, those of the first.
        public FewerLayers Of(int symbols, int arriving)
        {
            var (_, points) = Of(pair, FormattableString.Invariant($"{symbols} symbols, "), options, arriving);
            return new(symbols, [.. points.Select(point => point.Point)], [.. points.Select(point => point.Psnr!.Value)]);
        }

        public (Measurement Noiseless, IReadOnlyList<SnrMeasurement> Points) Of(TrainedPair pair, string what, EvaluationOptions options, int? arriving = null)
        {
            if (pair.Mode is not { } used)
                return evaluator.OverSnr(pair.Device, pair.Edge, set.Images, options, Tell, arriving: arriving);
            if (last?.Width != used.Width)
                last = (used.Width, new(evaluator, pair.Widths[used.Width], set.Images));
            return evaluator.OverSnr(last.Value.Code, pair.Edge, set.Images, options, Tell, new(pair.Modes!, used));

            void Tell(SnrMeasurement point) => reporter.Progress(
                new("evaluation", FormattableString.Invariant($"{what}{point.SnrDb:0.##} dB"), (double)++done / (options.Snr.Decibels.Count * count), 0, 0, point.Point.Top1, TimeSpan.Zero));
        }
    }

    static double? BackboneTop1(TrainedPair pair, Evaluator evaluator, MeasuredSet set)
    {
        if (pair.BackboneMeasuredOn == set.Name)
            return pair.BackboneTop1;
        return File.Exists(pair.BackboneFile) ? evaluator.Classify(SealedModel.Load(pair.BackboneFile), set.Images).Accuracy.Top1 : null;
    }
}
