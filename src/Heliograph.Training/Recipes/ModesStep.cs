using Heliograph.Channels;
using Heliograph.Codes;
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
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Recipes;

/// <summary>
/// All modes of an elastic pair learn together, end to end. The device halves share their filters; their batch norms are their own (slimmable networks: Yu and others, 2019). Every
/// image of a batch is sent in the largest mode and in some others (<c>elastic.others</c>): each third of the batch at a width, of which one is always the narrowest (the sandwich rule: Yu
/// and Huang, 2019) and the rest are drawn, each image with a drawn number of symbols. Their answers follow that of the largest mode; all follow labels and teacher.
/// </summary>
public sealed class ModesStep : Step
{
    /// <inheritdoc/>
    public override StepPlan Plan => Elastic.Modes;

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var experiment = session.Experiment;
        var modes = experiment.Modes()!;
        var (device, edge) = Halves(session);
        var backbone = session.Run.LoadModel(Elastic.Order.Name, StepFiles.Backbone).Network;
        Network[] devices = [.. modes.Ratios.Select((_, width) => ElasticCode.Device(backbone, experiment.Split, modes, width, experiment.Prune.Floor, experiment.Elastic.EncoderSnr))];
        Expect(resume, [.. devices, edge.Network]);
        var modules = new List<NetworkModule>();
        try
        {
            modules.Add(new(devices[0], device.Weights.BeginningFor(devices[0]), session.Device, session.Precision));
            foreach (var narrow in devices.Skip(1))
                modules.Add(new(narrow, ElasticCode.OwnFirst(narrow, device.Weights), modules[0]));
            using var edgeModule = new NetworkModule(edge.Network, edge.Weights, session.Device, session.Precision);
            using var source = new BatchSource(session.Data.Train, session.Data.Normalisation, experiment.Augment, experiment.Joint.Batch, experiment.Seed, Name);
            using var teacher = Teacher.Of(session, Name, experiment.Joint);
            var evaluator = new Evaluator(session);
            var loss = new ModesLoss(session, Name, modes, modules, edgeModule, teacher);

            Model Device(int width) => new(devices[width], modules[width].ToWeights());
            Model Edge() => new(edge.Network, edgeModule.ToWeights());
            Measurement Measure() => evaluator.Transmit(Device(0), Edge(), session.Measured.Images, new(modes, modes.Largest));
            int perEpoch = BatchesPerEpoch(source);
            var measured = new TrainingLoop(session).Train(new TrainingTask<Batch>
            {
                Step = Name,
                Modules = [.. modules, edgeModule],
                Options = experiment.Joint,
                BatchesPerEpoch = perEpoch,
                Batches = Batches(session, source, experiment.Joint),
                Loss = (batch, iteration) => loss.Of(batch, iteration, (double)iteration / perEpoch),
                Validate = Measure,
            }, resume);

            for (int width = 1; width < devices.Length; width++)
                session.Run.SaveModel(Name, StepFiles.DeviceOf(modes, width), Device(width));
            Save(session, Device(0), Edge());
            return (measured ?? Measure(), FormattableString.Invariant($"{modes.Ratios.Count} widths, {string.Join(", ", modes.Symbols)} symbols"));
        }
        finally
        {
            // Those within the first before it.
            foreach (var module in Enumerable.Reverse(modules))
                module.Dispose();
        }
    }

    /// <summary>The loss of a batch over the modes that it is sent in.</summary>
    sealed class ModesLoss(TrainingSession session, string name, Modes modes, IReadOnlyList<NetworkModule> devices, NetworkModule edge, Teacher? teacher)
    {
        // Parts of a batch that are sent in other modes than the largest, each at one width: batch norms need images of one width.
        const int Parts = 3;

        public BatchLoss Of(Batch batch, long iteration, double epoch)
        {
            var options = session.Experiment.Joint;
            int others = session.Experiment.Elastic.Others;
            var images = Tensors.Images(batch, session.Data.Train.Shape, session.Device);
            var targets = Targets.Of(batch, session.Data.Classes.Count, session.Device);
            var taught = teacher?.Logits(images);
            int count = batch.Count;
            Snr[] snrs = [.. Enumerable.Range(0, count).Select(image => session.Experiment.Channel.Snr.Draw(Random("snr", iteration, image)))];
            var reported = SnrReports.Draw(session.Experiment, name, iteration, snrs);
            var codes = new List<Tensor> { devices[0].Forward(images, training: true, reported: reported) };
            var sent = Enumerable.Repeat(modes.Largest, count).ToList();
            for (int other = 1; other <= others; other++)
            {
                foreach (var (first, length, width) in Drawn(count, iteration, other))
                {
                    codes.Add(devices[width].Forward(images.narrow(0, first, length), training: true, reported: reported?[first..(first + length)]));
                    for (int image = first; image < first + length; image++)
                        sent.Add(new(width, modes.Symbols[Random("symbols", iteration, other * count + image).NextInt(modes.Symbols.Count)]));
                }
            }
            var input = ModeInputs.Of(modes, session.Channel, cat(codes), sent, [.. Enumerable.Repeat(snrs, 1 + others).SelectMany(all => all)]);
            var logits = edge.Forward(input, training: true);
            var largest = logits.narrow(0, 0, count);
            double follow = session.Experiment.Elastic.Follow;
            var loss = Enumerable.Range(1, others).Select(other => logits.narrow(0, other * count, count)).Aggregate(Taught(largest), (sum, smaller) =>
                sum + Taught(smaller) * (1 - follow) + Distillation.Hinton(smaller, largest.detach(), options.Distillation.Temperature) * follow) / (1 + others);
            return new(loss, count, largest.detach().argmax(1).eq(Targets.Leading(targets)).sum().item<long>());

            Tensor Taught(Tensor answers)
            {
                var labelled = F.cross_entropy(answers, targets, label_smoothing: options.Smoothing);
                return taught is null ? labelled : teacher!.Combine(labelled, answers, taught, targets, epoch);
            }
        }

        // Widths are drawn, but once the first part of the batch has the narrowest.
        IEnumerable<(int First, int Length, int Width)> Drawn(int count, long iteration, int other)
        {
            int parts = count / Parts < 2 ? 1 : Parts, length = count / parts;
            return Enumerable.Range(0, parts).Select(part => (part * length, part < parts - 1 ? length : count - part * length,
                other == 1 && part == 0 ? modes.Smallest.Width : Random("width", iteration, other * parts + part).NextInt(modes.Ratios.Count)));
        }

        RandomStream Random(string of, long iteration, int index) => new(session.Experiment.Seed, $"{name}.{of}", iteration, index);
    }
}
