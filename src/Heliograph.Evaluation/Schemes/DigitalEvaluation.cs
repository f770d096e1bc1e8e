using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Pairs;
using Heliograph.Statistics;
using Heliograph.Training.Data;
using Heliograph.Training.Measuring;
using static TorchSharp.torch;

namespace Heliograph.Evaluation.Schemes;

/// <summary>Measures a scheme that sends bits: at the capacity of the channel, as the paper does (section 3.2), or over the digital link.</summary>
static class DigitalEvaluation
{
    const string AtCapacity = "P/σ² per real symbol in dB; bits are sent at capacity, ½·log₂(1 + P/σ²) a real symbol",
        OverTheLink = "P/σ² per real symbol in dB, the mean power P of the symbols being 1";

    /// <summary>Accuracy, and symbols an image at each SNR, of the backbone that a run has trained or taken.</summary>
    public static (EvaluationResult Result, Hits Hits) Measure(RunFolder run, Experiment experiment, DataSet data, Device device, IRunReporter reporter, CancellationToken cancellation)
    {
        var recipe = experiment.Steps();
        var options = experiment.Evaluation;
        var set = MeasuredSet.ForEvaluation(data, options.Set);
        var channel = ChannelCatalogue.Parse(experiment.Channel.Name);
        var evaluator = new Evaluator(data.Normalisation, device, Precision.Fp32, options.Batch, channel, experiment.Seed, cancellation);
        var arrival = Scheme(recipe.Sends).Send(new(file => run.LoadModel(recipe.Steps[^1].Name, file), experiment, set.Images, evaluator, cancellation));
        Snr trained = experiment.Channel.Snr.Middle;
        var whole = run.ResultOf(recipe.Steps[0].Name) is { } pretrained && pretrained.MeasuredOn == set.Name ? pretrained.Top1
            : evaluator.Classify(run.LoadModel(recipe.Steps[0].Name, StepFiles.Backbone), set.Images).Accuracy.Top1;
        var result = new EvaluationResult(run.Name, arrival.Place, 0, arrival.DeviceMacs, whole, arrival.Measured.Accuracy.Top1, [])
        {
            MeasuredOn = set.Name,
            Images = set.Images.Count,
            Bits = Math.Round(arrival.Bits, 4),
            Channel = experiment.Channel.Name,
            Seed = experiment.Seed,
        };
        if (experiment.Digital.Link == DigitalLinkName.Capacity)
        {
            // The same at every SNR: nothing is lost.
            var accuracy = arrival.Measured.Accuracy;
            return (result with
            {
                Symbols = (int)Math.Ceiling(arrival.Bits / trained.Capacity),
                Points = [.. options.Snr.Decibels.Select(at => new AccuracyPoint(at, accuracy.Top1, null, accuracy.Top5))],
                SymbolsAt = [.. options.Snr.Decibels.Select(at => Math.Round(arrival.Bits / Snr.FromDecibels(at).Capacity, 4))],
                SnrConvention = AtCapacity,
            }, set.Hits(experiment.Seed, HitsAt.Of(arrival.Measured)));
        }
        var points = new List<SnrMeasurement>();
        var symbols = new List<double>();
        foreach (double at in options.Snr.Decibels)
        {
            points.Add(new(at, [.. Enumerable.Range(0, options.Draws).Select(draw => Draw(at, draw))]));
            symbols.Add(Math.Round(LdpcTransmission.MeanSymbols(arrival.Payloads, Snr.FromDecibels(at)), 4));
            reporter.Progress(new("evaluation", FormattableString.Invariant($"{at:0.##} dB"), (double)points.Count / options.Snr.Decibels.Count, 0, 0, points[^1].Point.Top1, TimeSpan.Zero));
        }
        return (result with
        {
            Symbols = (int)Math.Ceiling(LdpcTransmission.MeanSymbols(arrival.Payloads, trained)),
            Points = [.. points.Select(point => point.Point)],
            SymbolsAt = [.. symbols],
            Draws = options.Draws,
            SnrConvention = OverTheLink,
        }, set.Hits(experiment.Seed, points.Select(HitsAt.Of).Prepend(HitsAt.Of(arrival.Measured))));

        Measurement Draw(double decibels, int draw)
        {
            string stream = FormattableString.Invariant($"evaluation.{decibels:0.###}");
            bool[] arrived = LdpcTransmission.Send(arrival.Payloads, channel, Snr.FromDecibels(decibels), i => new RandomStream(experiment.Seed, stream, draw, i), cancellation);
            // Of what is lost nothing is named.
            bool[] hits = Of(arrival.Measured.Hits);
            return new(Math.Round(decibels, 9), new(Percent(hits), Percent(Of(arrival.Measured.FirstFive))), hits);

            bool[] Of(bool[] recognised) => [.. recognised.Zip(arrived, (hit, isThere) => hit && isThere)];
            static double Percent(bool[] which) => Math.Round(100.0 * which.Count(hit => hit) / which.Length, 4);
        }
    }

    static IDigitalScheme Scheme(Sent sends) => sends switch
    {
        Sent.Png => ImageScheme.Png,
        Sent.Jpeg => ImageScheme.Jpeg,
        Sent.Webp => ImageScheme.Webp,
        Sent.Features => new QuantisedScheme(),
        Sent.Tiles => new BottleNetScheme(),
        Sent.Label => new LocalScheme(),
        _ => throw new ArgumentOutOfRangeException(nameof(sends), sends, null),
    };
}
