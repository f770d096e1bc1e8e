using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Trainings;
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
/// Step 2: filters up to the split point are scored, the least salient removed, at most 512 at once, and the network trained after each
/// removal. Where the paper asks for 512 at once of fewer filters, what remains to be removed goes at once.
/// </summary>
public sealed class PruneStep : Step
{
    /// <inheritdoc/>
    public override StepPlan Plan => CommonSteps.Prune;

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var original = Backbone(session);
        if (resume is not null && !resume.Networks[0].Layers.Select(l => (l.Name, l.Kind)).SequenceEqual(original.Network.Layers.Select(l => (l.Name, l.Kind))))
            throw new InvalidDataException($"the checkpoint of step {Name} is of another network than the pretrained backbone");
        var plan = new PruningPlan(session.Experiment, original.Network);
        var model = original;
        Measurement? measured = null;
        int phase = 0;
        if (resume is not null)
        {
            phase = resume.Position.Phase;
            (model, measured) = Train(session, new(resume.Networks[0], resume.States[0]), phase, resume);
        }
        while (!plan.IsReached(model.Network))
        {
            phase++;
            model = Remove(session, plan, model, phase);
            session.Reporter.Line($"{Name}: {plan.Describe(model.Network)}");
            (model, measured) = Train(session, model, phase, resume: null);
        }
        session.Run.SaveModel(Name, StepFiles.Backbone, model);
        return (measured ?? new Evaluator(session).Classify(model, session.Measured.Images), plan.Describe(model.Network));
    }

    static Model Remove(TrainingSession session, PruningPlan plan, Model model, int phase)
    {
        var options = session.Experiment.Prune;
        bool perMac = options.By == PruneBy.ScorePerMac;
        var saliency = Saliency.Create(options.Criterion, session.Experiment.Seed + (ulong)phase, sums: perMac);
        // Scores come from the gradients of gates; those of the weights are not needed.
        using var module = new NetworkModule(model.Network, model.Weights, session.Device, session.Precision, trainable: false);
        using var source = new BatchSource(session.Data.Train.Take(Math.Min(options.Images, session.Data.Train.Count), session.Experiment.Seed),
            session.Data.Normalisation, null, options.Batch, session.Experiment.Seed, "prune.score");

        IEnumerable<(Tensor, Tensor)> Batches()
        {
            foreach (var batch in source.Sequential(cancellation: session.Cancellation))
            {
                using var images = Tensors.Images(batch, session.Data.Train.Shape, session.Device);
                using var labels = Tensors.Labels(batch, session.Device);
                yield return (images, labels);
            }
        }

        var scores = saliency.Score(module, plan.GroupsOf(model.Network), Batches);
        if (options.Normalize ?? (!perMac && saliency.NormalizeByDefault))
            scores = Saliency.Normalize(scores);
        if (options.Penalty > 0)
            scores = Saliency.Penalize(scores, model.Network, options.Penalty, plan.DeviceMacs);
        var (network, weights) = FilterRemoval.Keep(model.Network, model.Weights, plan.Select(model.Network, scores));
        return new(network, weights);
    }

    (Model Model, Measurement? Measured) Train(TrainingSession session, Model model, int phase, Checkpoint? resume)
    {
        var options = session.Experiment.Prune;
        using var module = new NetworkModule(model.Network, model.Weights, session.Device, session.Precision);
        using var source = new BatchSource(
            session.Data.Train, session.Data.Normalisation, session.Experiment.Augment, options.Batch, session.Experiment.Seed, $"{Name}.{phase}");
        using var teacher = Teacher.Of(session, Name, options);
        var evaluator = new Evaluator(session);
        var task = Classification(session, source, options, [module], (images, _) => module.Forward(images, training: true),
            set => evaluator.Classify(new(model.Network, module.ToWeights()), set), teacher);
        var measured = new TrainingLoop(session).Train(task with { Phase = phase, MeasureFirst = true }, resume);
        return (new(model.Network, module.ToWeights()), measured);
    }
}
