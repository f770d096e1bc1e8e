using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Modules;
using Heliograph.Training.Objectives;
using static TorchSharp.torch;

namespace Heliograph.Training.Recipes;

/// <summary>
/// The backbone at the edge learns, with cross-entropy (and a teacher if there is one), from images as they arrive; encoder and decoder stay as they are. Where an image is sent in layers,
/// each batch arrives in a number of them that is drawn.
/// </summary>
public sealed class FinetuneStep : Step
{
    /// <inheritdoc/>
    public override StepPlan Plan => ImageTransmission.Finetune;

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var experiment = session.Experiment;
        var options = experiment.Joint;
        var (device, edge) = Halves(session);
        var (_, decoder, backbone) = edge.Network.SplitAfter(ImageCode.RestoredLayer);
        Expect(resume, backbone);
        using var encoderModule = new NetworkModule(device.Network, device.Weights, session.Device, session.Precision, trainable: false);
        using var decoderModule = new NetworkModule(decoder, edge.Weights, session.Device, session.Precision, trainable: false);
        using var module = new NetworkModule(backbone, edge.Weights, session.Device, session.Precision);
        using var source = new BatchSource(session.Data.Train, session.Data.Normalisation, experiment.Augment, options.Batch, experiment.Seed, Name);
        using var teacher = Teacher.Of(session, Plan.Options, options);
        var transmission = new LayeredTransmission(encoderModule, decoderModule, session.Channel);
        var evaluator = new Evaluator(session);

        var measured = new TrainingLoop(session).Train(Classification(session, source, options, [module],
            (images, iteration) => module.Forward(Arrived(images, iteration), training: true), set => evaluator.Transmit(device, Edge(), set), teacher), resume);
        Save(session, device, Edge());
        measured ??= evaluator.Transmit(device, Edge(), session.Measured.Images);
        return (measured, FormattableString.Invariant($"PSNR {measured.Psnr:0.00} dB at {measured.SnrDb:0.##} dB"));

        Model Edge()
        {
            var tuned = module.ToWeights();
            return new(edge.Network, new([.. edge.Weights.Where(array => !tuned.ContainsKey(array.Key)), .. tuned]));
        }

        Tensor Arrived(Tensor images, long iteration)
        {
            using var noGrad = no_grad();
            int after = new RandomStream(experiment.Seed, $"{Name}.layers", iteration).NextInt(transmission.Layers);
            return transmission.Restored(images, DrawSnrs(session, iteration, images.shape[0]), training: false).ElementAt(after);
        }
    }
}
