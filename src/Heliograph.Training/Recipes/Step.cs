using Heliograph.Channels;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Statistics;
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
/// A step of a recipe, such as one of the paper's four (section 2.4). It reads its input from the run folder, writes its output there, and can be
/// stopped and resumed at any batch.
/// </summary>
public abstract class Step
{
    /// <summary>What the step needs, and what it leaves.</summary>
    public abstract StepPlan Plan { get; }

    /// <summary>Name of the step.</summary>
    public string Name => Plan.Name;

    /// <summary>Does the work, writes the networks, and measures them.</summary>
    /// <param name="session">Where and with what.</param>
    /// <param name="resume">The newest checkpoint of this step, or null to begin.</param>
    /// <returns>What was measured on <see cref="TrainingSession.Measured"/>, and a line for people.</returns>
    public abstract (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume);

    /// <summary>The backbone that the step begins from.</summary>
    protected Model Backbone(TrainingSession session) => session.Run.LoadModel(session.Recipe.Before(Name).Name, StepFiles.Backbone);

    /// <summary>The pair that the step begins from.</summary>
    protected (Model Device, Model Edge) Halves(TrainingSession session)
    {
        string before = session.Recipe.Before(Name).Name;
        return (session.Run.LoadModel(before, StepFiles.Device), session.Run.LoadModel(before, StepFiles.Edge));
    }

    /// <summary>Writes the pair that the step leaves.</summary>
    protected void Save(TrainingSession session, Model device, Model edge)
    {
        session.Run.SaveModel(Name, StepFiles.Device, device);
        session.Run.SaveModel(Name, StepFiles.Edge, edge);
    }

    /// <summary>What a pair spends on sending an image, for people.</summary>
    private protected static string Spent(TrainingSession session, Evaluator evaluator, Model device) => session.Recipe.Sends == Sent.Symbols
        ? CodePower.Note(evaluator, device, session.Measured.Images) : $"sent as JPEG files of quality {session.Experiment.Digital.JpegQuality}";

    /// <summary>Refuses a checkpoint that is not of the network in question.</summary>
    protected void Expect(Checkpoint? resume, params Network[] networks)
    {
        if (resume is not null && !resume.Networks.Select(n => n.ToJson()).SequenceEqual(networks.Select(n => n.ToJson())))
            throw new InvalidDataException($"the checkpoint of step {Name} does not match the network in the experiment");
    }

    /// <summary>Refuses a checkpoint whose networks have not the layers, whatever their filters, of those in question.</summary>
    protected void ExpectLayers(Checkpoint? resume, params Network[] networks)
    {
        if (resume is not null && !resume.Networks.SelectMany(Kinds).SequenceEqual(networks.SelectMany(Kinds)))
            throw new InvalidDataException($"the checkpoint of step {Name} does not match the network of the previous step");

        static IEnumerable<(string, string)> Kinds(Network network) => network.Layers.Select(layer => (layer.Name, layer.Kind));
    }

    /// <summary>Training with cross-entropy on augmented images, and with a teacher if there is one.</summary>
    /// <param name="session">Where and with what.</param>
    /// <param name="source">The training images.</param>
    /// <param name="options">Epochs, rates and so on.</param>
    /// <param name="modules">What is trained.</param>
    /// <param name="forward">From images to logits, at an iteration.</param>
    /// <param name="validate">Measures after each epoch.</param>
    /// <param name="teacher">Sees the same images, and is followed beside the labels; null for none.</param>
    private protected TrainingTask<Batch> Classification(TrainingSession session, BatchSource source, TrainingOptions options,
        IReadOnlyList<NetworkModule> modules, Func<Tensor, long, Tensor> forward, Func<ImageSet, Measurement> validate, Teacher? teacher = null)
    {
        int perEpoch = BatchesPerEpoch(source);
        return new()
        {
            Step = Name,
            Modules = modules,
            Options = options,
            BatchesPerEpoch = perEpoch,
            Batches = Batches(session, source, options),
            Loss = (batch, iteration) =>
            {
                var images = Tensors.Images(batch, session.Data.Train.Shape, session.Device);
                var targets = Targets.Of(batch, session.Data.Classes.Count, session.Device);
                var taught = teacher?.Logits(images);
                var logits = forward(images, iteration);
                var loss = F.cross_entropy(logits, targets, label_smoothing: options.Smoothing);
                if (taught is not null)
                    loss = teacher!.Combine(loss, logits, taught, targets, (double)iteration / perEpoch);
                return new(loss, batch.Count, logits.detach().argmax(1).eq(Targets.Leading(targets)).sum().item<long>());
            },
            Validate = () => validate(session.Measured.Images),
        };
    }

    /// <summary>The batches of an epoch, from one on; images are mixed until the clean end.</summary>
    private protected static Func<int, int, IEnumerable<Batch>> Batches(TrainingSession session, BatchSource source, TrainingOptions options) =>
        (epoch, start) => source.Epoch(epoch, start, DropsLast(source), mix: epoch < (1 - session.Experiment.Augment.CleanEnd) * options.Epochs);

    /// <summary>How many of <see cref="Batches"/> an epoch has.</summary>
    protected static int BatchesPerEpoch(BatchSource source) => source.BatchCount(DropsLast(source));

    // The last batch is left out when it is not full: a batch norm cannot learn from a single image.
    static bool DropsLast(BatchSource source) => source.BatchCount(dropLast: true) > 0;

    /// <summary>The edge half's logits for symbols that cross the channel.</summary>
    /// <param name="session">With the channel and its SNR.</param>
    /// <param name="symbols">[N, B].</param>
    /// <param name="edge">The edge half.</param>
    /// <param name="iteration">Keys the draws of SNRs.</param>
    /// <param name="training">True in training, where batch norms measure the batch; false where filters are scored, which may be at an SNR of its own.</param>
    protected Tensor Transmitted(TrainingSession session, Tensor symbols, NetworkModule edge, long iteration, bool training)
    {
        var range = training ? null : session.Experiment.Prune.Snr;
        return edge.Forward(DifferentiableChannel.Of(session.WayTo(edge.Network)).Transmit(symbols, DrawSnrs(session, iteration, symbols.shape[0], range)), training);
    }

    /// <summary>Draws the SNR of each image of a batch, or one for all if it is fixed.</summary>
    /// <param name="session">With the channel's SNR.</param>
    /// <param name="iteration">Keys the draws.</param>
    /// <param name="images">In the batch.</param>
    /// <param name="from">Another SNR than that of the channel in training.</param>
    protected IReadOnlyList<Snr> DrawSnrs(TrainingSession session, long iteration, long images, SnrRange? from = null)
    {
        var range = from ?? session.Experiment.Channel.Snr;
        string stream = $"{Name}.snr";
        return range.Low == range.High ? [range.Middle]
            : [.. Enumerable.Range(0, (int)images).Select(image => range.Draw(new RandomStream(session.Experiment.Seed, stream, iteration, image)))];
    }
}
