using Heliograph.Channels;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Training.Data;
using Heliograph.Training.Modules;
using Heliograph.Training.Runs;
using Heliograph.Training.Steps;
using Heliograph.Training.Torch;
using static TorchSharp.torch;

namespace Heliograph.Training.Evaluation;

/// <summary>
/// Measures networks and pairs on images that are not augmented, batch norms folded. Noise is a function of the seed, the SNR, the draw and the
/// position of the batch.
/// </summary>
public sealed class Evaluator(
    Normalisation normalisation, Device device, Precision precision, int batchSize, IDifferentiableChannel channel, ulong seed, CancellationToken cancellation = default)
{
    /// <summary>Measures with what a session has.</summary>
    public Evaluator(TrainingSession session)
        : this(session.Data.Normalisation, session.Device, session.Precision, session.Experiment.Evaluation.Batch, session.Channel,
            session.Experiment.Seed, session.Cancellation) => DefaultSnr = session.Experiment.Channel.Snr.Middle;

    /// <summary>The SNR at which <see cref="Transmit(Model, Model, ImageSet)"/> measures.</summary>
    public Snr DefaultSnr { get; init; } = Snr.Infinite;

    /// <summary>Accuracy of a classifier.</summary>
    public Accuracy Classify(Model model, ImageSet images)
    {
        using var module = Fold(model);
        var counter = new HitCounter(images);
        ForEachBatch(images, (batch, first) => counter.Count(module.Forward(Tensors.Images(batch, images.Shape, device), training: false), first));
        return counter.Accuracy;
    }

    /// <summary>Accuracy of a pair at <see cref="DefaultSnr"/>, with one noise draw.</summary>
    public Accuracy Transmit(Model deviceHalf, Model edgeHalf, ImageSet images)
    {
        float[] symbols = Encode(deviceHalf, images);
        using var edge = Fold(edgeHalf);
        return Receive(edge, symbols, images, DefaultSnr, draw: 0);
    }

    /// <summary>Accuracy of a pair over a grid of SNRs.</summary>
    /// <param name="deviceHalf">From image to symbols.</param>
    /// <param name="edgeHalf">From symbols to logits.</param>
    /// <param name="images">The test set.</param>
    /// <param name="options">SNRs and number of draws.</param>
    /// <param name="progress">Told of each finished SNR in dB.</param>
    /// <returns>The noiseless accuracy, and one point for each SNR.</returns>
    public (Accuracy Noiseless, IReadOnlyList<AccuracyPoint> Points) OverSnr(
        Model deviceHalf, Model edgeHalf, ImageSet images, EvaluationOptions options, Action<AccuracyPoint>? progress = null)
    {
        // Symbols do not depend on the noise: each image is encoded once.
        float[] symbols = Encode(deviceHalf, images);
        using var edge = Fold(edgeHalf);
        var noiseless = Receive(edge, symbols, images, Snr.Infinite, draw: 0);
        var points = new List<AccuracyPoint>();
        foreach (double decibels in options.Snr.Decibels)
        {
            Accuracy[] draws = [.. Enumerable.Range(0, options.Draws).Select(draw => Receive(edge, symbols, images, Snr.FromDecibels(decibels), draw))];
            points.Add(new(decibels, Math.Round(draws.Average(a => a.Top1), 4), StudentT.HalfWidth95([.. draws.Select(a => a.Top1)]),
                Math.Round(draws.Average(a => a.Top5), 4)));
            progress?.Invoke(points[^1]);
        }
        return (noiseless, points);
    }

    /// <summary>The symbols of all images, one image after the other.</summary>
    internal float[] Encode(Model deviceHalf, ImageSet images)
    {
        using var module = Fold(deviceHalf);
        int count = deviceHalf.Network.Output.Elements;
        var symbols = new float[images.Count * count];
        ForEachBatch(images, (batch, first) =>
        {
            var output = module.Forward(Tensors.Images(batch, images.Shape, device), training: false).cpu().contiguous();
            output.data<float>().CopyTo(symbols.AsSpan(first * count, batch.Count * count));
        });
        return symbols;
    }

    Accuracy Receive(NetworkModule edge, float[] symbols, ImageSet images, Snr snr, int draw)
    {
        int count = edge.Network.Input.Elements;
        var counter = new HitCounter(images);
        using var noGrad = inference_mode();
        for (int first = 0; first < images.Count; first += batchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            int n = Math.Min(batchSize, images.Count - first);
            var sent = Tensors.FromSpan<float>(symbols.AsSpan(first * count, n * count), [n, count], ScalarType.Float32).to(device);
            manual_seed((long)(RandomStream.Seed(seed, FormattableString.Invariant($"evaluation.{snr.Decibels:0.###}"), draw, first) >> 1));
            var received = double.IsPositiveInfinity(snr.Ratio) ? sent : channel.Transmit(sent, snr);
            counter.Count(edge.Forward(received, training: false), first);
        }
        return counter.Accuracy;
    }

    void ForEachBatch(ImageSet images, Action<Batch, int> work)
    {
        using var source = new BatchSource(images, normalisation, null, batchSize, seed, "evaluation");
        using var noGrad = inference_mode();
        int first = 0;
        foreach (var batch in source.Sequential(cancellation: cancellation))
        {
            using var scope = NewDisposeScope();
            work(batch, first);
            first += batch.Count;
        }
    }

    NetworkModule Fold(Model model)
    {
        var (network, weights) = Folding.Fold(model.Network, model.Weights);
        return new(network, weights, device, precision, trainable: false);
    }

    sealed class HitCounter(ImageSet images)
    {
        long first, firstFive;

        public Accuracy Accuracy => new(Math.Round(100.0 * first / images.Count, 4), Math.Round(100.0 * firstFive / images.Count, 4));

        public void Count(Tensor logits, int firstImage)
        {
            long n = logits.shape[0];
            int five = (int)Math.Min(5, logits.shape[1]);
            long[] ranked = [.. logits.topk(five, dim: 1).indexes.cpu().data<long>()];
            for (int i = 0; i < n; i++)
            {
                int rank = ranked.AsSpan(i * five, five).IndexOf(images.Labels[firstImage + i]);
                first += rank == 0 ? 1 : 0;
                firstFive += rank >= 0 ? 1 : 0;
            }
        }
    }
}
