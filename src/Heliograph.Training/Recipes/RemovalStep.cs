using Heliograph.Experiments.Records;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Statistics;
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
    /// <param name="training">Whether batch norms measure the batch.</param>
    /// <param name="iteration">Keys random draws.</param>
    protected abstract Tensor Rest(TrainingSession session, IReadOnlyList<NetworkModule> modules, Tensor output, bool training, long iteration);

    /// <summary>Accuracy of the networks.</summary>
    protected abstract Measurement Measure(Evaluator evaluator, IReadOnlyList<Model> models, ImageSet images);

    /// <summary>Writes what the step leaves.</summary>
    protected abstract void Leave(TrainingSession session, IReadOnlyList<Model> models);

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var original = Load(session);
        if (resume is not null && !resume.Networks.SelectMany(Kinds).SequenceEqual(original.Select(model => model.Network).SelectMany(Kinds)))
            throw new InvalidDataException($"the checkpoint of step {Name} does not match the network of the previous step");
        var plan = new PruningPlan(session.Experiment, original[0].Network);
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

        static IEnumerable<(string, string)> Kinds(Network network) => network.Layers.Select(layer => (layer.Name, layer.Kind));
    }

    Model Remove(TrainingSession session, PruningPlan plan, IReadOnlyList<Model> models, int phase)
    {
        var network = models[0].Network;
        var scores = Score(session, plan.GroupsOf(network), models, phase);
        if (session.Experiment.Prune.Penalty > 0)
            scores = Saliency.Penalize(scores, network, session.Experiment.Prune.Penalty, plan.DeviceMacs);
        var (smaller, weights) = FilterRemoval.Keep(network, models[0].Weights, plan.Select(network, scores));
        return new(smaller, weights);
    }

    /// <summary>Scores of filters, by name of group one a channel.</summary>
    /// <param name="session">Where and with what.</param>
    /// <param name="groups">Of the first network.</param>
    /// <param name="models">All networks.</param>
    /// <param name="phase">Keys random draws.</param>
    private protected IReadOnlyDictionary<string, double[]> Score(TrainingSession session, IReadOnlyList<ChannelGroup> groups, IReadOnlyList<Model> models, int phase)
    {
        var options = session.Experiment.Prune;
        bool perMac = options.By == PruneBy.ScorePerMac;
        var saliency = Saliency.Create(options.Criterion, session.Experiment.Seed + (ulong)phase, sums: perMac);
        // Scores come from the gradients of gates; those of the weights are not needed.
        NetworkModule[] modules = [.. models.Select(model => new NetworkModule(model.Network, model.Weights, session.Device, session.Precision, trainable: false))];
        using var source = new BatchSource(session.Data.Train.Take(Math.Min(options.Images, session.Data.Train.Count), session.Experiment.Seed),
            session.Data.Normalisation, null, options.Batch, session.Experiment.Seed, $"{Name}.score");
        long iteration = 0;

        IEnumerable<(Tensor, Tensor)> Batches()
        {
            foreach (var batch in source.Sequential(cancellation: session.Cancellation))
            {
                using var images = Tensors.Images(batch, session.Data.Train.Shape, session.Device);
                using var labels = Tensors.Labels(batch, session.Device);
                manual_seed((long)(RandomStream.Seed(session.Experiment.Seed, $"{Name}.score.{phase}", iteration) >> 1));
                yield return (images, labels);
                iteration++;
            }
        }

        try
        {
            var scores = saliency.Score(new(modules[0], output => Rest(session, modules, output, training: false, iteration)), groups, Batches);
            return options.Normalize ?? (!perMac && saliency.NormalizeByDefault) ? Saliency.Normalize(scores) : scores;
        }
        finally
        {
            foreach (var module in modules)
                module.Dispose();
        }
    }

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
