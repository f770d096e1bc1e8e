using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Recipes;

/// <summary>
/// Encoder and decoder learn to carry the image itself through the channel with the least mean squared error of its pixels; in layers, with the least mean over what is restored after each. Images are not
/// cropped, cut or mixed: pictures are to be restored as they are. From here on there is a pair: the decoder and the backbone are at the edge.
/// </summary>
public sealed class ImageStep : Step
{
    /// <inheritdoc/>
    public override StepPlan Plan => ImageTransmission.Image;

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var experiment = session.Experiment;
        var options = experiment.Image;
        var backbone = Backbone(session);
        var shape = session.Data.Train.Shape;
        var encoder = ImageCode.Encoder(shape, experiment.Code.Channels, options.Layers, options.Feedback);
        var decoder = ImageCode.Decoder(shape, experiment.Code.Channels);
        Expect(resume, encoder, decoder);
        using var encoderModule = Module(encoder);
        using var decoderModule = Module(decoder);
        using var source = new BatchSource(session.Data.Train, session.Data.Normalisation, experiment.Augment with { Pad = 0, Cutout = 0, CutMix = 0, Mixup = 0 }, options.Batch, experiment.Seed, Name);
        var transmission = new LayeredTransmission(encoderModule, decoderModule, session.Channel);
        // A pixel's error on the scale 0 to 1 is that of its normalised value times the deviation.
        using var scale = tensor([.. session.Data.Normalisation.Std]).reshape(1, -1, 1, 1).to(session.Device);
        new TrainingLoop(session).Train(new TrainingTask<Batch>
        {
            Step = Name,
            Modules = [encoderModule, decoderModule],
            Options = options,
            BatchesPerEpoch = BatchesPerEpoch(source),
            Batches = Batches(session, source, options),
            Loss = (batch, iteration) =>
            {
                var images = Tensors.Images(batch, shape, session.Device);
                Tensor[] errors = [.. transmission.Restored(images, DrawSnrs(session, iteration, batch.Count), training: true).Select(restored => ((restored - images) * scale).square().mean())];
                return new(errors.Length == 1 ? errors[0] : stack(errors).mean(), batch.Count, null);
            },
        }, resume);

        Model device = new(encoder, encoderModule.ToWeights()), edge = new(decoder.Then(backbone.Network), new([.. backbone.Weights, .. decoderModule.ToWeights()]));
        Save(session, device, edge);
        var measured = new Evaluator(session).Transmit(device, edge, session.Measured.Images);
        string layers = options.Layers == 1 ? "" : FormattableString.Invariant($" in {options.Layers} layers") + (options.Feedback ? " with feedback" : "");
        return (measured, FormattableString.Invariant($"{encoder.Output.Elements} symbols for an image of {shape}{layers}; PSNR {measured.Psnr:0.00} dB at {measured.SnrDb:0.##} dB"));

        NetworkModule Module(Network network) => new(network, Initialization.Draw(network, experiment.Seed), session.Device, session.Precision);
    }
}
