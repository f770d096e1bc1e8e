using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Models;
using Heliograph.Training.Modules;
using Heliograph.Training.Objectives;

namespace Heliograph.Training.Recipes;

/// <summary>Step 1: the backbone learns to classify, or is taken from another run.</summary>
public sealed class PretrainStep : Step
{
    /// <inheritdoc/>
    public override StepPlan Plan => CommonSteps.Pretrain;

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var experiment = session.Experiment;
        var network = ExperimentBackbone.Of(experiment, session.Data);
        var (model, measured) = From(experiment) is { } from ? (Load("from", from, network, session.Data), null) : Train(session, network, resume);
        session.Run.SaveModel(Name, StepFiles.Backbone, model);
        return (measured ?? new Evaluator(session).Classify(model, session.Measured.Images),
            experiment switch
            {
                _ when From(experiment) is { } source => $"backbone taken from {source}",
                { Pretrain.Start: { } start } => $"trained further from {start}",
                _ => null,
            });
    }

    // An imported network comes with its weights.
    static string? From(Experiment experiment) => experiment.Pretrain.From ?? (experiment.Pretrain.Start is null ? experiment.Network.Onnx : null);

    (Model Model, Measurement? Measured) Train(TrainingSession session, Network network, Checkpoint? resume)
    {
        Expect(resume, network);
        var options = session.Experiment.Pretrain;
        var weights = options.Start is { } start && resume is null
            ? Load("start", start, network, session.Data).Weights
            : Initialization.Draw(network, session.Experiment.Seed);
        using var module = new NetworkModule(network, weights, session.Device, session.Precision);
        using var source = new BatchSource(
            session.Data.Train, session.Data.Normalisation, session.Experiment.Augment, options.Batch, session.Experiment.Seed, Name);
        using var teacher = Teacher.Of(session, Name, options);
        var evaluator = new Evaluator(session);
        var measured = new TrainingLoop(session).Train(
            Classification(session, source, options, [module], (images, _) => module.Forward(images, training: true),
                set => evaluator.Classify(new(network, module.ToWeights()), set), teacher), resume);
        return (new(network, module.ToWeights()), measured);
    }

    /// <summary>Refuses a backbone that the step cannot start from, unless the step has already started.</summary>
    /// <exception cref="UsageException">There is none, or it was trained on other data.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or of another network.</exception>
    internal static void Check(PretrainOptions options, Network network, DataSet data)
    {
        if (options.From is { } from)
            _ = Load("from", from, network, data);
        if (options.Start is { } start)
            _ = Load("start", start, network, data);
    }

    /// <summary>Reads the backbone that <c>pretrain.from</c> or <c>pretrain.start</c> names.</summary>
    /// <exception cref="UsageException">There is none, or it was trained on other data.</exception>
    /// <exception cref="InvalidDataException">The file is damaged, or of another network.</exception>
    static Model Load(string option, string from, Network network, DataSet data) => TrainedBackbone.For(from, network, data, $"pretrain.{option}: ");
}
