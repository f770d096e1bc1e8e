using Heliograph.Channels;
using Heliograph.Digital;
using Heliograph.Experiments;
using Heliograph.Experiments.Records;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Pairs;
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

    /// <summary>
    /// Images with which the edge compares what arrives, where it retrieves: an answer is then the nearest of them, by the cosine of embeddings (<see cref="Embedding"/>), and right if its class is. They
    /// are embedded by the halves that are measured, without noise. Null where it classifies, or has a <see cref="Gallery"/>.
    /// </summary>
    public ImageSet? Known { get; init; }

    /// <summary>The gallery of a pair that brings its own, whose edge half ends in the embedding; else null.</summary>
    public Gallery? Gallery { get; init; }

    /// <summary>Number of images in the gallery; null where the edge classifies.</summary>
    public int? GalleryCount => Gallery?.Images ?? Known?.Count;

    /// <summary>Accuracy of a classifier.</summary>
    public Measurement Classify(Model model, ImageSet images)
    {
        using var module = Fold(model);
        var counter = new ClassCounter(images);
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
        return Receive(module, new SentOnce(_ => maps, images.Count, Channel), images, () => new ClassCounter(images), Snr.Infinite, draw: 0);
    }

    /// <summary>Accuracy of a pair at <see cref="DefaultSnr"/>, with one noise draw.</summary>
    /// <param name="deviceHalf">From image to symbols.</param>
    /// <param name="edgeHalf">From symbols to logits.</param>
    /// <param name="images">On which to measure.</param>
    /// <param name="mode">In which an elastic pair is used; null for a pair of one mode.</param>
    public Measurement Transmit(Model deviceHalf, Model edgeHalf, ImageSet images, ModeInUse? mode = null)
    {
        using var reception = ReceptionOf(deviceHalf, edgeHalf, images, null, mode, arriving: null);
        var (edge, counter) = Judge(deviceHalf, edgeHalf, images);
        using (edge)
            return Receive(edge, reception, images, counter, DefaultSnr, draw: 0);
    }

    /// <summary>Accuracy of a pair over a grid of SNRs.</summary>
    /// <param name="deviceHalf">From image to symbols.</param>
    /// <param name="edgeHalf">From symbols to logits.</param>
    /// <param name="images">On which to measure.</param>
    /// <param name="options">SNRs and number of draws.</param>
    /// <param name="progress">Told of each finished SNR.</param>
    /// <param name="mode">In which an elastic pair is used; null for a pair of one mode.</param>
    /// <param name="arriving">Layers of symbols that arrive, where the device half sends an image in layers; null for all.</param>
    /// <returns>The noiseless measurement, and one for each SNR.</returns>
    public (Measurement Noiseless, IReadOnlyList<SnrMeasurement> Points) OverSnr(
        Model deviceHalf, Model edgeHalf, ImageSet images, EvaluationOptions options, Action<SnrMeasurement>? progress = null, ModeInUse? mode = null, int? arriving = null)
    {
        using var reception = ReceptionOf(deviceHalf, edgeHalf, images, options, mode, arriving);
        var (edge, counter) = Judge(deviceHalf, edgeHalf, images);
        using (edge)
            return OverSnr(edge, reception, images, counter, options, progress);
    }

    /// <summary>The same for a code from which several measurements are made; in a mode of an elastic pair, the first symbols of each image are sent.</summary>
    internal (Measurement Noiseless, IReadOnlyList<SnrMeasurement> Points) OverSnr(
        SetCode code, Model edgeHalf, ImageSet images, EvaluationOptions options, Action<SnrMeasurement>? progress = null, ModeInUse? mode = null)
    {
        using var edge = Fold(edgeHalf);
        return OverSnr(edge, new SentOnce(AsSent(code, images.Count, options, mode), images.Count, Channel) { Mode = mode }, images, () => new ClassCounter(images), options, progress);
    }

    (Measurement Noiseless, IReadOnlyList<SnrMeasurement> Points) OverSnr(
        NetworkModule edge, IReception reception, ImageSet images, Func<AnswerCounter> counter, EvaluationOptions options, Action<SnrMeasurement>? progress)
    {
        var noiseless = Receive(edge, reception, images, counter, Snr.Infinite, draw: 0);
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
            float[]? logits = GalleryCount is null && images.Count >= TemperatureScaling.FewestImages ? new float[images.Count * edge.Network.Output.Elements] : null;
            Measurement[] draws = [.. Enumerable.Range(0, options.Draws).Select(draw => Receive(edge, reception, images, counter, Snr.FromDecibels(decibels), draw, draw == 0 ? logits : null))];
            if (logits is null || !logits.All(float.IsFinite))
                return new(decibels, [.. draws]);
            var calibration = TemperatureScaling.At(Math.Round(decibels, 9), logits, images.Labels);
            return new(decibels, [.. draws]) { Calibration = calibration, Confidence = TemperatureScaling.Confidence(logits, images.Count, calibration.Temperature) };
        }
    }

    // As they are, or as the points of a constellation.
    static Func<Snr, float[]> AsSent(SetCode code, int images, EvaluationOptions? options, ModeInUse? mode)
    {
        if (options?.Constellation is not { } name)
            return code.At;
        var constellation = Constellation.Parse(name);
        (float[]? symbols, float[] points) = (null, []);
        return snr =>
        {
            if (!ReferenceEquals(symbols, code.At(snr)))
                points = Points(symbols = code.At(snr), images, constellation, mode);
            return points;
        };
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
    /// <param name="deviceHalf">The network.</param>
    /// <param name="images">The images.</param>
    /// <param name="reported">The SNR that the edge has reported, where the encoder knows it; null for none.</param>
    public float[] Encode(Model deviceHalf, ImageSet images, Snr? reported = null)
    {
        using var module = Fold(deviceHalf);
        int count = deviceHalf.Network.Output.Elements;
        var symbols = new float[images.Count * count];
        ForEachBatch(images, (batch, first) =>
        {
            var output = module.Forward(Tensors.Images(batch, images.Shape, device), training: false, reported: [reported]).cpu().contiguous();
            output.data<float>().CopyTo(symbols.AsSpan(first * count, batch.Count * count));
        });
        return symbols;
    }

    NoisyChannel Channel => new(channel, seed);

    // Symbols do not depend on the noise, unless the device knows what has arrived.
    IReception ReceptionOf(Model deviceHalf, Model edgeHalf, ImageSet images, EvaluationOptions? options, ModeInUse? mode, int? arriving)
    {
        int layers = ImageCode.LayersOf(deviceHalf.Network, edgeHalf.Network);
        if (!ImageCode.ReadsFeedback(deviceHalf.Network, images.Shape))
            return new SentOnce(AsSent(new(this, deviceHalf, images), images.Count, options, mode), images.Count, Channel) { Mode = mode, Arriving = (arriving ?? layers) / (double)layers };
        if (options?.Constellation is not null)
            throw new UsageException("evaluation.constellation: symbols that answer what has arrived are sent as they are; leave it out with image.feedback");
        var decoder = Fold(new(edgeHalf.Network.SplitAfter(ImageCode.RestoredLayer).Device, edgeHalf.Weights));
        return new SentWithFeedback(Fold(deviceHalf), decoder, layers, (first, n) => ImagesOf(images.Range(first, n)), Channel) { Arriving = arriving ?? layers };
    }

    Tensor ImagesOf(ImageSet images)
    {
        using var source = new BatchSource(images, normalisation, null, images.Count, seed, "evaluation");
        return Tensors.Images(source.Sequential(cancellation: cancellation).Single(), images.Shape, device);
    }

    // What the edge computes, and how its answers are counted.
    (NetworkModule Edge, Func<AnswerCounter> Counter) Judge(Model deviceHalf, Model edgeHalf, ImageSet images)
    {
        if (Gallery is { } gallery)
            return (Fold(edgeHalf), () => new NearestCounter(images, gallery));
        if (Known is null)
            return (Fold(edgeHalf), () => new ClassCounter(images));
        var embedding = Fold(new(Embedding.Of(edgeHalf.Network), edgeHalf.Weights));
        var known = Embed(embedding, deviceHalf, Known);
        return (embedding, () => new NearestCounter(images, known));
    }

    /// <summary>The gallery that the halves of a pair make of images, without noise.</summary>
    /// <param name="deviceHalf">From image to symbols.</param>
    /// <param name="embeddingHalf">From symbols to embedding.</param>
    /// <param name="images">At least one.</param>
    public Gallery Embed(Model deviceHalf, Model embeddingHalf, ImageSet images)
    {
        using var embedding = Fold(embeddingHalf);
        return Embed(embedding, deviceHalf, images);
    }

    Gallery Embed(NetworkModule embedding, Model deviceHalf, ImageSet images) => new(Embed(embedding, Encode(deviceHalf, images), images.Count), images.Labels);

    float[] Embed(NetworkModule embedding, float[] symbols, int images)
    {
        int count = symbols.Length / images;
        var embeddings = new List<float>();
        using var noGrad = inference_mode();
        for (int first = 0; first < images; first += batchSize)
        {
            using var scope = NewDisposeScope();
            int n = Math.Min(batchSize, images - first);
            embeddings.AddRange(Tensors.ToArray(embedding.Forward(Tensors.FromSpan<float>(symbols.AsSpan(first * count, n * count), [n, count], ScalarType.Float32).to(device), training: false)));
        }
        return [.. embeddings];
    }

    // Fills logits, if given, with those of all images.
    Measurement Receive(NetworkModule edge, IReception reception, ImageSet images, Func<AnswerCounter> counterOf, Snr snr, int draw, float[]? logits = null)
    {
        int count = edge.Network.Input.Elements;
        bool noisy = !double.IsPositiveInfinity(snr.Ratio);
        float[] received = new float[Math.Min(batchSize, images.Count) * count];
        var counter = counterOf();
        var psnr = ImageCode.Restores(edge.Network) ? new PsnrMeter(images, normalisation) : null;
        using var noGrad = inference_mode();
        for (int first = 0; first < images.Count; first += batchSize)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            int n = Math.Min(batchSize, images.Count - first);
            reception.Receive(first, n, snr, draw, received.AsSpan(0, n * count));
            var input = Tensors.FromSpan<float>(received.AsSpan(0, n * count), edge.Network.Input is { Height: 1, Width: 1 } ? [n, count] : [n, edge.Network.Input.Channels, edge.Network.Input.Height, edge.Network.Input.Width], ScalarType.Float32).to(device);
            var output = edge.Forward(input, training: false, psnr?.Tap(first));
            counter.Count(output, first);
            if (logits is not null)
                Tensors.ToArray(output).CopyTo(logits.AsSpan(first * edge.Network.Output.Elements));
        }
        return counter.Measured(noisy ? Math.Round(snr.Decibels, 9) : null) with { Psnr = psnr?.Mean };
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
}
