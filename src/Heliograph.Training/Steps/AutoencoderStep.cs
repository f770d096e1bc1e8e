using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Evaluation;
using Heliograph.Training.Modules;
using Heliograph.Training.Runs;
using Heliograph.Training.Torch;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Steps;

/// <summary>
/// Step 3: encoder and decoder learn to carry the pruned network's feature maps through the channel (L1 between map and restored map). The maps
/// of all training images, not augmented, are computed once and cached. From here on there is a pair.
/// </summary>
public sealed class AutoencoderStep : Step
{
    /// <inheritdoc/>
    public override string Name => "autoencoder";

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var experiment = session.Experiment;
        var backbone = Model.Load(session.Run.StepPath("prune", BackboneFile));
        var split = backbone.Network.SplitAt(experiment.Split);
        var map = split.Device.Output;
        var encoder = JointCode.Encoder(map, experiment.Code.Channels);
        var decoder = JointCode.Decoder(map, experiment.Code.Channels);
        Expect(resume, encoder, decoder);

        using var features = Extract(session, new(split.Device, backbone.Weights));
        using var encoderModule = Module(encoder);
        using var decoderModule = Module(decoder);
        var channel = session.Channel;
        int batch = Math.Min(experiment.Autoencoder.Batch, features.Count);
        new TrainingLoop(session).Train(new TrainingTask<int[]>
        {
            Step = Name,
            Modules = [encoderModule, decoderModule],
            Options = experiment.Autoencoder,
            BatchesPerEpoch = features.Count / batch,
            Batches = (epoch, start) => Rows(experiment.Seed, features.Count, batch, epoch).Skip(start),
            Loss = (rows, iteration) =>
            {
                var maps = features.Read(rows, session.Device);
                var symbols = encoderModule.Forward(maps, training: true);
                var received = channel.Transmit(symbols, DrawSnr(session, iteration));
                return new(F.l1_loss(decoderModule.Forward(received, training: true), maps), rows.Length, Correct: null);
            },
        }, resume);

        var weights = new Weights([.. backbone.Weights, .. encoderModule.ToWeights(), .. decoderModule.ToWeights()]);
        var device = new Model(split.Device.Then(encoder), weights);
        var edge = new Model(decoder.Then(split.Edge), weights);
        device.Save(session.Run.StepPath(Name, DeviceFile));
        edge.Save(session.Run.StepPath(Name, EdgeFile));
        return (new Evaluator(session).Transmit(device, edge, session.Measured.Images), $"{encoder.Output.Elements} symbols for a map of {map}");

        NetworkModule Module(Network network) =>
            new(network, Initialization.Draw(network, experiment.Seed), session.Device, session.Precision);
    }

    static FeatureCache Extract(TrainingSession session, Model front)
    {
        var set = session.Data.Train;
        var options = session.Experiment.Autoencoder;
        long limit = (long)(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes * options.CacheShare);
        var type = session.Precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32;
        var cache = new FeatureCache(set.Count, front.Network.Output, type, limit, session.Run.In(".features.tmp"));
        try
        {
            if (cache.IsOnDisk)
                session.Reporter.Line($"autoencoder: the feature maps take more than {options.CacheShare:P0} of the memory and go to a file");
            using var source = new BatchSource(set, session.Data.Normalisation, null, session.Experiment.Evaluation.Batch, session.Experiment.Seed, "autoencoder");
            var (network, weights) = Folding.Fold(front.Network, front.Weights);
            using var module = new NetworkModule(network, weights, session.Device, session.Precision, trainable: false);
            using var noGrad = inference_mode();
            int row = 0;
            foreach (var batch in source.Sequential(cancellation: session.Cancellation))
            {
                using var scope = NewDisposeScope();
                cache.Write(row, module.Forward(Tensors.Images(batch, set.Shape, session.Device), training: false));
                row += batch.Count;
            }
            return cache;
        }
        catch
        {
            cache.Dispose();
            throw;
        }
    }

    static IEnumerable<int[]> Rows(ulong seed, int count, int batch, int epoch)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new RandomStream(seed, "autoencoder.order", epoch).Shuffle(order);
        return order.Chunk(batch).Where(rows => rows.Length == batch);
    }
}
