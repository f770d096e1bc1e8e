using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Training.Data;
using Heliograph.Training.Measuring;
using static TorchSharp.torch;

namespace Heliograph.Evaluation.Schemes;

/// <summary>Measures a scheme that sends bits over a channel used at its capacity, as the paper does (section 3.2): all arrives, in as many symbols as the SNR asks for.</summary>
static class DigitalEvaluation
{
    const string Convention = "P/σ² per real symbol in dB; bits are sent at capacity, ½·log₂(1 + P/σ²) a real symbol";

    static IDigitalScheme Scheme(Sent sends) => sends switch
    {
        Sent.Png => ImageScheme.Png,
        Sent.Jpeg => ImageScheme.Jpeg,
        Sent.Webp => ImageScheme.Webp,
        Sent.Features => new QuantisedScheme(),
        Sent.Label => new LocalScheme(),
        _ => throw new ArgumentOutOfRangeException(nameof(sends), sends, null),
    };

    /// <summary>Accuracy, and symbols an image at each SNR, of the backbone that a run has trained or taken.</summary>
    public static (EvaluationResult Result, Hits Hits) Measure(RunFolder run, Experiment experiment, DataSet data, Device device, CancellationToken cancellation)
    {
        var recipe = experiment.Steps();
        var options = experiment.Evaluation;
        var set = MeasuredSet.ForEvaluation(data, options.Set);
        var evaluator = new Evaluator(data.Normalisation, device, Precision.Fp32, options.Batch, ChannelCatalogue.Parse(experiment.Channel.Name), experiment.Seed, cancellation);
        var arrival = Scheme(recipe.Sends).Send(new(run.LoadModel(recipe.Steps[^1].Name, StepFiles.Backbone), experiment, set.Images, evaluator, cancellation));
        double bits = arrival.Bits.Average(count => (double)count);
        var accuracy = arrival.Measured.Accuracy;
        var whole = run.ResultOf(recipe.Steps[0].Name) is { } pretrained && pretrained.MeasuredOn == set.Name ? pretrained.Top1
            : evaluator.Classify(run.LoadModel(recipe.Steps[0].Name, StepFiles.Backbone), set.Images).Accuracy.Top1;
        var result = new EvaluationResult(run.Name, arrival.Place, (int)Math.Ceiling(bits / experiment.Channel.Snr.Middle.Capacity), arrival.DeviceMacs, whole, accuracy.Top1,
            [.. options.Snr.Decibels.Select(at => new Heliograph.Pairs.AccuracyPoint(at, accuracy.Top1, null, accuracy.Top5))])
        {
            MeasuredOn = set.Name,
            Images = set.Images.Count,
            Bits = Math.Round(bits, 4),
            SymbolsAt = [.. options.Snr.Decibels.Select(at => Math.Round(bits / Snr.FromDecibels(at).Capacity, 4))],
            Channel = experiment.Channel.Name,
            SnrConvention = Convention,
            Seed = experiment.Seed,
        };
        // The same at every SNR: nothing is lost.
        return (result, set.Hits(experiment.Seed, HitsAt.Of(arrival.Measured)));
    }
}
