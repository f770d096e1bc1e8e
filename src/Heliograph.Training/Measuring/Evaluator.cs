using Heliograph.Channels;
using Heliograph.Digital;
using Heliograph.Experiments;
using Heliograph.Experiments.Records;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Measuring;

/// <summary>
/// Measures networks and pairs on images that are not augmented, batch norms folded. The noise of an image is a function of the seed, the SNR, the
/// draw and the image's position in its set.
/// </summary>
public sealed class Evaluator(
    Normalisation normalisation, Device device, Precision precision, int batchSize, IChannel channel, ulong seed, CancellationToken cancellation = default)
{
    /// <summary>Measures with what a session has.</summary>
    public Evaluator(TrainingSession session)
        : this(session, ChannelCatalogue.Parse(session.Experiment.Channel.Name))
    {
    }

    /// <summary>Measures with what a session has, through another channel.</summary>
    public Evaluator(TrainingSession session, IChannel channel)
        : this(session.Data.Normalisation, session.Device, session.Precision, session.Experiment.Evaluation.Batch, channel, session.Experiment.Seed, session.Cancellation) => DefaultSnr = session.Experiment.Channel.Snr.Middle;

    /// <summary>The SNR at which <see cref="Transmit"/> measures.</summary>
    public Snr DefaultSnr { get; init; } = Snr.Infinite;

    /// <summary>Accuracy of a classifier.</summary>
    public Measurement Classify(Model model, ImageSet images)
    {
        using var module = Fold(model);
        var counter = new HitCounter(images);
        ForEachBatch(images, (batch, first) => counter.Count(module.Forward(Tensors.Images(batch, images.Shape, device), training: false), first));
        return counter.Measured(null);
    }

    /// <summary>Accuracy of a network that begins with a map, without a channel before it.</summary>
    /// <param name="model">From map to logits.</param>
    /// <param name="maps">One for each image, one after the other.</param>
    /// <param name="images">Whose labels count.</param>
    public Measurement Classify(Model model, float[] maps, ImageSet images)
    {
        using var module = Fold(model);
        return Receive(module, maps, images, Snr.Infinite, draw: 0, mode: null);
    }

    /// <summary>Accuracy of a pair at <see cref="DefaultSnr"/>, with one noise draw.</summary>
    /// <param name="deviceHalf">From image to symbols.</param>
    /// <param name="edgeHalf">From symbols to logits.</param>
    /// <param name="images">On which to measure.</param>
    /// <param name="mode">In which an elastic pair is used; null for a pair of one mode.</param>
    public Measurement Transmit(Model deviceHalf, Model edgeHalf, ImageSet images, ModeInUse? mode = null)
    {
        float[] symbols = Encode(deviceHalf, images);
        using var edge = Fold(edgeHalf);
        return Receive(edge, symbols, images, DefaultSnr, draw: 0, mode);
    }

    /// <summary>Accuracy of a pair over a grid of SNRs.</summary>
    /// <param name="deviceHalf">From image to symbols.</param>
    /// <param name="edgeHalf">From symbols to logits.</param>
    /// <param name="images">On which to measure.</param>
    /// <param name="options">SNRs and number of draws.</param>
    /// <param name="progress">Told of each finished SNR.</param>
    /// <param name="mode">In which an elastic pair is used; null for a pair of one mode.</param>
    /// <returns>The noiseless measurement, and one for each SNR.</returns>
    public (Measurement Noiseless, IReadOnlyList<SnrMeasurement> Points) OverSnr(
        Model deviceHalf, Model edgeHalf, ImageSet images, EvaluationOptions options, Action<SnrMeasurement>? progress = null, ModeInUse? mode = null) =>
        // Symbols do not depend on the noise: each image is encoded once.
        OverSnr(Encode(deviceHalf, images), edgeHalf, images, options, progress, mode);

    /// <summary>The same for symbols that are already there, image after image; in a mode of an elastic pair, the first of each image's are sent.</summary>
    public (Measurement Noiseless, IReadOnlyList<SnrMeasurement> Points) OverSnr(
        float[] symbols, Model edgeHalf, ImageSet images, EvaluationOptions options, Action<SnrMeasurement>? progress = null, ModeInUse? mode = null)
    {
        using var edge = Fold(edgeHalf);
        if (options.Constellation is { } constellation)
            symbols = Points(symbols, images.Count, Constellation.Parse(constellation), mode);
        var noiseless = Receive(edge, symbols, images, Snr.Infinite, draw: 0, mode);
        var points = new List<SnrMeasurement>();
        foreach (double decibels in options.Snr.Decibels)
        {
            points.Add(Point(decibels));
            progress?.Invoke(points[^1]);
        }
        return (noiseless, points);

        SnrMeasurement Point(double decibels)
        {
            // One draw is enough to fit a temperature to.
            float[]? logits = images.Count >= TemperatureScaling.FewestImages ? new float[images.Count * edge.Network.Output.Elements] : null;
            return new(decibels, [.. Enumerable.Range(0, options.Draws).Select(draw => Receive(edge, symbols, images, Snr.FromDecibels(decibels), draw, mode, draw == 0 ? logits : null))])
            {
                Calibration = logits is not null && logits.All(float.IsFinite) ? TemperatureScaling.At(Math.Round(decibels, 9), logits, images.Labels) : null,
            };
        }
    }

    /// <summary>What is sent of each image, as points.</summary>
    static float[] Points(float[] symbols, int images, Constellation constellation, ModeInUse? mode)
    {
        int each = symbols.Length / images, count = mode?.Mode.Symbols ?? each;
        float[] sent = new float[images * count];
        for (int i = 0; i < images; i++)
        {
            var one = sent.AsSpan(i * count, count);
            symbols.AsSpan(i * each, count).CopyTo(one);
            constellation.QuantiseAtUnitPower(one);
        }
        return sent;
    }

    /// <summary>What a network makes of all images, one image after the other: the symbols of a device half, or a map.</summary>
    public float[] Encode(Model deviceHalf, ImageSet images)
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

    // Fills logits, if given, with those of all images.
    Measurement Receive(NetworkModule edge, float[] symbols, ImageSet images, Snr snr, int draw, ModeInUse? mode, float[]? logits = null)
    {
        int each = symbols.Length / images.Count, count = mode?.Mode.Symbols ?? each, reads = edge.Network.Input.Elements;
        bool noisy = !double.IsPositiveInfinity(snr.Ratio);
        string stream = FormattableString.Invariant($"evaluation.{snr.Decibels:0.###}");
        float[] received = new float[Math.Min(batchSize, images.Count) * reads], one = new float[count];
        var counter = new HitCounter(images);
        using var noGrad = inference_mode();
        for (int first = 0; first < images.Count; first += batchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            int n = Math.Min(batchSize, images.Count - first);
            for (int i = 0; i < n; i++)
            {
                symbols.AsSpan((first + i) * each, count).CopyTo(one);
                if (noisy)
                    channel.Transmit(one, snr, new RandomStream(seed, stream, draw, first + i));
                var input = received.AsSpan(i * reads, reads);
                if (mode is null)
                    one.CopyTo(input);
                else
                    mode.Modes.WriteEdgeInput(one, mode.Mode, snr, input);
            }
            var batch = Tensors.FromSpan<float>(received.AsSpan(0, n * reads), edge.Network.Input is { Height: 1, Width: 1 } ? [n, reads] : [n, edge.Network.Input.Channels, edge.Network.Input.Height, edge.Network.Input.Width], ScalarType.Float32).to(device);
            var output = edge.Forward(batch, training: false);
            counter.Count(output, first);
            if (logits is not null)
                output.cpu().to(ScalarType.Float32).contiguous().data<float>().CopyTo(logits.AsSpan(first * edge.Network.Output.Elements, n * edge.Network.Output.Elements));
        }
        return counter.Measured(noisy ? Math.Round(snr.Decibels, 9) : null);
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
        readonly bool[] hits = new bool[images.Count], firstFive = new bool[images.Count];

        public Measurement Measured(double? snrDb) =>
            new(snrDb, new(Math.Round(100.0 * hits.Count(hit => hit) / images.Count, 4), Math.Round(100.0 * firstFive.Count(hit => hit) / images.Count, 4)), hits) { FirstFive = firstFive };

        public void Count(Tensor logits, int firstImage)
        {
            long n = logits.shape[0];
            int five = (int)Math.Min(5, logits.shape[1]);
            long[] ranked = [.. logits.topk(five, dim: 1).indexes.cpu().data<long>()];
            for (int i = 0; i < n; i++)
            {
                int rank = ranked.AsSpan(i * five, five).IndexOf(images.Labels[firstImage + i]);
                hits[firstImage + i] = rank == 0;
                firstFive[firstImage + i] = rank >= 0;
            }
        }
    }
}
