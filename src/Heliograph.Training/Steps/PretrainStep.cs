using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Evaluation;
using Heliograph.Training.Modules;
using Heliograph.Training.Runs;

namespace Heliograph.Training.Steps;

/// <summary>Step 1: the backbone learns to classify, or is taken from another run.</summary>
public sealed class PretrainStep : Step
{
    /// <inheritdoc/>
    public override string Name => "pretrain";

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var experiment = session.Experiment;
        var network = experiment.Backbone(session.Data);
        var (model, measured) = experiment.Pretrain.From is { } from ? (Load(from, network), null) : Train(session, network, resume);
        model.Save(session.Run.StepPath(Name, BackboneFile));
        return (measured ?? new Evaluator(session).Classify(model, session.Measured.Images),
            experiment.Pretrain.From is { } source ? $"backbone taken from {source}" : null);
    }

    (Model Model, Measurement? Measured) Train(TrainingSession session, Network network, Checkpoint? resume)
    {
        Expect(resume, network);
        var options = session.Experiment.Pretrain;
        using var module = new NetworkModule(
            network, Initialization.Draw(network, session.Experiment.Seed), session.Device, session.Precision);
        using var source = new BatchSource(
            session.Data.Train, session.Data.Normalisation, session.Experiment.Augment, options.Batch, session.Experiment.Seed, Name);
        var evaluator = new Evaluator(session);
        var measured = new TrainingLoop(session).Train(
            Classification(session, source, options, [module], (images, _) => module.Forward(images, training: true),
                set => evaluator.Classify(new(network, module.ToWeights()), set)), resume);
        return (new(network, module.ToWeights()), measured);
    }

    /// <summary>Reads the backbone that <c>pretrain.from</c> names.</summary>
    internal static Model Load(string from, Network network)
    {
        string path = RunFolder.IsRun(from) ? Path.Combine(from, "steps", "pretrain", BackboneFile) : from;
        if (!File.Exists(path))
        {
            throw new UsageException(RunFolder.IsRun(from)
                ? $"pretrain.from: the run {from} has no pretrained backbone yet"
                : $"pretrain.from: {from} is neither a run nor a safetensors file");
        }
        var weights = Guarded(() => Safetensors.Read(path).Weights, "");
        _ = Guarded(() => { network.Check(weights); return 0; }, $"{path} is of another network than the experiment describes: ");
        return new(network, weights);

        static T Guarded<T>(Func<T> work, string what)
        {
            try
            {
                return work();
            }
            catch (InvalidDataException e)
            {
                throw new InvalidDataException($"pretrain.from: {what}{e.Message}", e);
            }
        }
    }
}
