using Heliograph.Experiments;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Modules;
using Heliograph.Training.Objectives;
using Heliograph.Training.Pruning;
using static TorchSharp.torch;

namespace Heliograph.Training.Recipes;

/// <summary>
/// Filters up to the split point are scored, the least salient removed, at most 512 at once, and the networks trained after each removal. Where
/// the paper asks for 512 at once of fewer filters, what remains to be removed goes at once.
/// </summary>
public abstract class RemovalStep : Step
{
    /// <summary>The networks that the step begins from; the first loses filters.</summary>
    protected abstract IReadOnlyList<Model> Load(TrainingSession session);

    /// <summary>From what the first network gives to logits.</summary>
    /// <param name="session">Where and with what.</param>
    /// <param name="modules">All networks.</param>
    /// <param name="output">Of the first.</param>
    /// <param name="training">True in training, where batch norms measure the batch; false where filters are scored.</param>
    /// <param name="iteration">Keys random draws.</param>
    protected abstract Tensor Rest(TrainingSession session, IReadOnlyList<NetworkModule> modules, Tensor output, bool training, long iteration);

    /// <summary>Accuracy of the networks.</summary>
    protected abstract Measurement Measure(Evaluator evaluator, IReadOnlyList<Model> models, ImageSet images);

    /// <summary>What is removed.</summary>
    /// <param name="experiment">Its options.</param>
    /// <param name="network">The first network, as the step begins from it.</param>
    protected virtual PruningPlan PlanOf(Experiment experiment, Network network) => new(experiment, network);

    /// <summary>Writes what the step leaves.</summary>
    protected abstract void Leave(TrainingSession session, IReadOnlyList<Model> models);

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var original = Load(session);
        ExpectLayers(resume, [.. original.Select(model => model.Network)]);
        var plan = PlanOf(session.Experiment, original[0].Network);
        var models = original;
        Measurement? measured = null;
        int phase = 0;
        if (resume is not null)
        {
            phase = resume.Position.Phase;
            (models, measured) = Train(session, [.. resume.Networks.Zip(resume.States, (network, weights) => new Model(network, weights))], phase, resume);
        }
        while (!plan.IsReached(models[0].Network))
        {
            phase++;
            models = [Remove(session, plan, models, phase), .. models.Skip(1)];
            session.Reporter.Line($"{Name}: {plan.Describe(models[0].Network)}");
            (models, measured) = Train(session, models, phase, resume: null);
        }
        Leave(session, models);
        return (measured ?? Measure(new Evaluator(session), models, session.Measured.Images), plan.Describe(models[0].Network));
    }

    Model Remove(TrainingSession session, PruningPlan plan, IReadOnlyList<Model> models, int phase)
    {
        var network = models[0].Network;
        var scores = Scoring.Penalised(session, plan, network, Score(session, plan.GroupsOf(network), models, phase));
        var (smaller, weights) = FilterRemoval.Keep(network, models[0].Weights, plan.Select(network, scores));
        return new(smaller, weights);
    }

    /// <summary>Scores of filters, by name of group one a channel.</summary>
    /// <param name="session">Where and with what.</param>
    /// <param name="groups">Of the first network.</param>
    /// <param name="models">All networks.</param>
    /// <param name="phase">Keys random draws.</param>
    private protected IReadOnlyDictionary<string, double[]> Score(TrainingSession session, IReadOnlyList<ChannelGroup> groups, IReadOnlyList<Model> models, int phase) =>
        Scoring.Of(session, Name, groups, models, phase, (modules, output, iteration) => Rest(session, modules, output, training: false, iteration));

    (IReadOnlyList<Model> Models, Measurement? Measured) Train(TrainingSession session, IReadOnlyList<Model> models, int phase, Checkpoint? resume)
    {
        var options = session.Experiment.Prune;
        NetworkModule[] modules = [.. models.Select(model => new NetworkModule(model.Network, model.Weights, session.Device, session.Precision))];
        try
        {
            using var source = new BatchSource(
                session.Data.Train, session.Data.Normalisation, session.Experiment.Augment, options.Batch, session.Experiment.Seed, $"{Name}.{phase}");
            using var teacher = Teacher.Of(session, Plan.Options, options);
            var evaluator = new Evaluator(session);
            var task = Classification(session, source, options, modules,
                (images, iteration) => Rest(session, modules, modules[0].Forward(images, training: true), training: true, iteration),
                set => Measure(evaluator, Trained(), set), teacher);
            var measured = new TrainingLoop(session).Train(task with { Phase = phase, MeasureFirst = true }, resume);
            return (Trained(), measured);
        }
        finally
        {
            foreach (var module in modules)
                module.Dispose();
        }

        IReadOnlyList<Model> Trained() => [.. models.Zip(modules, (model, module) => new Model(model.Network, module.ToWeights()))];
    }
}
