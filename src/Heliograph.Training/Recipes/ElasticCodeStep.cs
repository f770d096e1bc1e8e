using Heliograph.Codes;
using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Channels;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Recipes;

/// <summary>As step 3, for a code of which each image sends a drawn number of symbols at a drawn SNR. The device half is the widest; the rest of the backbone is frozen.</summary>
public sealed class ElasticCodeStep : AutoencoderStep
{
    /// <inheritdoc/>
    public override StepPlan Plan => Elastic.Code;

    private protected override (Network Encoder, Network Decoder) Code(Experiment experiment, Shape map) =>
        (ElasticCode.Encoder(map, experiment.Modes()!, experiment.Elastic.EncoderSnr), ElasticCode.Decoder(map, experiment.Modes()!));

    private protected override Tensor Encoded(TrainingSession session, NetworkModule encoder, Tensor maps, long iteration)
    {
        var snrs = DrawSnrs(session, iteration, maps.shape[0]);
        return encoder.Forward(maps, training: true, reported: SnrReports.Draw(session.Experiment, Name, iteration, snrs.Count == 1 ? Enumerable.Repeat(snrs[0], (int)maps.shape[0]) : snrs));
    }

    private protected override Tensor Received(TrainingSession session, DifferentiableChannel channel, Tensor symbols, long iteration)
    {
        var modes = session.Experiment.Modes()!;
        Mode[] drawn = [.. Enumerable.Range(0, (int)symbols.shape[0]).Select(image =>
            new Mode(0, modes.Symbols[new RandomStream(session.Experiment.Seed, $"{Name}.symbols", iteration, image).NextInt(modes.Symbols.Count)]))];
        return ModeInputs.Of(modes, channel, symbols, drawn, DrawSnrs(session, iteration, drawn.Length));
    }

    private protected override Model EdgeHalf(Experiment experiment, Network decoder, Weights decoding, Network rest, Weights backbone)
    {
        var network = ElasticCode.Edge(rest, decoder);
        // The scales and shifts within the rest are still to be learnt.
        var first = Initialization.Draw(network, experiment.Seed);
        return new(network, new(network.WeightSpecs().Select(spec => KeyValuePair.Create(spec.Name,
            decoding.TryGetValue(spec.Name, out var learnt) || backbone.TryGetValue(spec.Name, out learnt) ? learnt : first[spec.Name]))));
    }

    private protected override Measurement Measure(Evaluator evaluator, Experiment experiment, Model device, Model edge, ImageSet images) =>
        evaluator.Transmit(device, edge, images, new(experiment.Modes()!, experiment.Modes()!.Largest));
}
