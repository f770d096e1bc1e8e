using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Training.Channels;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Modules;
using Heliograph.Training.Objectives;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Recipes;

/// <summary>
/// Step 3: encoder and decoder learn to carry the pruned network's feature maps through the channel, so that the maps are restored (L1, the
/// paper's), or so that the rest of the network, which is frozen, names the classes (<see cref="Experiment.Loss"/>). The maps of all training
/// images, not augmented, are computed once and cached. From here on there is a pair.
/// </summary>
public class AutoencoderStep : Step
{
    /// <inheritdoc/>
    public override StepPlan Plan => CommonSteps.Autoencoder;

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var experiment = session.Experiment;
        var options = experiment.Autoencoder;
        var backbone = Backbone(session);
        var split = backbone.Network.SplitAt(experiment.Split);
        var map = split.Device.Output;
        var (encoder, decoder) = Code(experiment, map);
        var loss = experiment.Loss();
        Expect(resume, encoder, decoder);

        using var rest = loss.NamesClasses ? Frozen(session, new(split.Edge, backbone.Weights)) : null;
        using var data = Extract(session, new(split.Device, backbone.Weights), rest);
        var first = Initialization.Draw(encoder, experiment.Seed);
        using var encoderModule = Module(encoder, options.Centred ? CentredEncoder.Begin(new(encoder, first), data, session.Device) : first);
        using var decoderModule = Module(decoder, Initialization.Draw(decoder, experiment.Seed));
        var way = session.WayTo(decoder);
        var channel = DifferentiableChannel.Of(way);
        var evaluator = new Evaluator(session, way);
        int batch = Math.Min(options.Batch, data.Count);
        // Cached maps are not images: their speed says nothing about training on images.
        var measured = new TrainingLoop(session with { Throughput = new() }).Train(new TrainingTask<int[]>
        {
            Step = Name,
            Modules = [encoderModule, decoderModule],
            Options = options,
            BatchesPerEpoch = data.Count / batch,
            Batches = (epoch, start) => data.Batches(batch, epoch).Skip(start),
            Loss = (rows, iteration) =>
            {
                var maps = data.Maps(rows, session.Device);
                var symbols = Encoded(session, encoderModule, maps, iteration);
                return Loss(experiment, data, rows, maps, decoderModule.Forward(Received(session, channel, symbols, iteration), training: true), rest);
            },
            // On held-out images only: those of the test set are met when the step is done.
            Validate = loss.NamesClasses && session.Data.Validation is { } held ? () => Measure(evaluator, experiment, Device(), Edge(), held) : null,
        }, resume);

        Model device = Device(), edge = Edge();
        Save(session, device, edge);
        return (measured ?? Measure(evaluator, experiment, device, edge, session.Measured.Images),
            $"{encoder.Output.Elements} {(session.Recipe.Sends == Sent.Symbols ? "symbols" : "values")} for a map of {map}; {Spent(session, evaluator, device)}");

        NetworkModule Module(Network network, Weights weights) => new(network, weights, session.Device, session.Precision);
        Model Device() => new(split.Device.Then(encoder), new([.. backbone.Weights, .. encoderModule.ToWeights()]));
        Model Edge() => EdgeHalf(experiment, decoder, decoderModule.ToWeights(), split.Edge, backbone.Weights);
    }

    /// <summary>From map to symbols, and from what the decoder reads to the map.</summary>
    private protected virtual (Network Encoder, Network Decoder) Code(Experiment experiment, Shape map) =>
        (experiment.Encoder(map), experiment.Decoder(map));

    /// <summary>The symbols of maps [N, C, H, W].</summary>
    private protected virtual Tensor Encoded(TrainingSession session, NetworkModule encoder, Tensor maps, long iteration) => encoder.Forward(maps, training: true);

    /// <summary>What the decoder reads of symbols [N, B] that went through the channel.</summary>
    private protected virtual Tensor Received(TrainingSession session, DifferentiableChannel channel, Tensor symbols, long iteration) =>
        channel.Transmit(symbols, DrawSnrs(session, iteration, symbols.shape[0]));

    /// <summary>The decoder and the rest of the backbone as one network.</summary>
    private protected virtual Model EdgeHalf(Experiment experiment, Network decoder, Weights decoding, Network rest, Weights backbone) =>
        new(decoder.Then(rest), new([.. backbone, .. decoding]));

    /// <summary>Accuracy of what was trained.</summary>
    private protected virtual Measurement Measure(Evaluator evaluator, Experiment experiment, Model device, Model edge, ImageSet images) =>
        evaluator.Transmit(device, edge, images);

    static BatchLoss Loss(Experiment experiment, AutoencoderData data, int[] rows, Tensor maps, Tensor restored, NetworkModule? rest)
    {
        // Only gradients of the rest's input: its parameters need none.
        var batch = new RestoredMaps(experiment.Autoencoder, maps, restored, rest is null ? null : map => rest.Forward(map, training: false),
            () => data.Labels(rows, restored.device), () => data.Logits(rows, restored.device));
        return new(Objective.Of(experiment.Loss(), batch), rows.Length, rest is null ? null : batch.Correct());
    }

    AutoencoderData Extract(TrainingSession session, Model front, NetworkModule? rest)
    {
        if (!session.Experiment.Loss().HasTeacher)
            return new(session, front, teacher: null);
        using var teacher = Teacher.Of(session, Name, session.Experiment.Autoencoder);
        return new(session, front, (images, maps) => teacher?.Logits(images) ?? rest!.Forward(maps, training: false));
    }

    /// <summary>A network that computes as it does at the edge, batch norms folded, and needs no gradients of its own.</summary>
    internal static NetworkModule Frozen(TrainingSession session, Model model)
    {
        var (network, weights) = Folding.Fold(model.Network, model.Weights);
        return new(network, weights, session.Device, session.Precision, trainable: false);
    }
}
