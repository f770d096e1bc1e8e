using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Modules;
using Heliograph.Training.Objectives;
using static TorchSharp.torch;

namespace Heliograph.Training.Recipes;

/// <summary>
/// Device half, channel and edge half learn together that the embeddings (<see cref="Embedding"/>) of one class are near each other: with cross-entropy of the logits, whose layer retrieval has no use
/// for, and with triplets. Measured is whether the nearest image of the gallery is of the same class.
/// </summary>
public sealed class RetrievalStep : Step
{
    /// <inheritdoc/>
    public override StepPlan Plan => Retrieval.Embed;

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var experiment = session.Experiment;
        var options = experiment.Retrieval;
        var (device, edge) = Halves(session);
        Expect(resume, device.Network, edge.Network);
        string embedding = Embedding.LayerOf(edge.Network);
        using var deviceModule = new NetworkModule(device.Network, device.Weights, session.Device, session.Precision);
        using var edgeModule = new NetworkModule(edge.Network, edge.Weights, session.Device, session.Precision);
        using var source = new BatchSource(session.Data.Train, session.Data.Normalisation, experiment.Augment, options.Batch, experiment.Seed, Name);
        var channel = session.Channel;
        var evaluator = new Evaluator(session) { Known = GalleryImages.Of(session.Data, options.Gallery, experiment.Seed) };

        Tensor? embedded = null;
        var classification = Classification(session, source, options, [deviceModule, edgeModule],
            (images, iteration) =>
            {
                var symbols = deviceModule.Forward(images, training: true);
                return edgeModule.Forward(channel.Transmit(symbols, DrawSnrs(session, iteration, symbols.shape[0])), training: true, (layer, output) =>
                {
                    if (layer.Name == embedding)
                        embedded = output.alias();
                    return output;
                });
            },
            set => evaluator.Transmit(Device(), Edge(), set));
        var measured = new TrainingLoop(session).Train(classification with
        {
            Loss = (batch, iteration) =>
            {
                var named = classification.Loss(batch, iteration);
                var leading = Targets.Leading(Targets.Of(batch, session.Data.Classes.Count, session.Device));
                return named with { Loss = named.Loss + options.Triplets * Triplets.Loss(embedded!.flatten(1).to(ScalarType.Float32), leading, options.Margin) };
            },
        }, resume) ?? evaluator.Transmit(Device(), Edge(), session.Measured.Images);

        Save(session, Device(), Edge());
        return (measured, FormattableString.Invariant($"top-1 of the nearest of {evaluator.GalleryCount} images; mAP {measured.MeanAveragePrecision:0.00} %"));

        Model Device() => new(device.Network, deviceModule.ToWeights());
        Model Edge() => new(edge.Network, edgeModule.ToWeights());
    }
}
