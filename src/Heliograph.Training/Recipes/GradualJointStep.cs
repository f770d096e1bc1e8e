using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Modules;
using Heliograph.Training.Objectives;
using Heliograph.Training.Optimisers;
using Heliograph.Training.Pruning;

namespace Heliograph.Training.Recipes;

/// <summary>
/// Joint training in which filters of the device half leave (gradual pruning: Zhu and Gupta, 2017). It is one training: at each removal it pauses with a
/// checkpoint, filters are scored through code and channel, and it goes on from the checkpoint without the filters that leave. What stays keeps its momenta and averages,
/// and rates and batches are those of a training without removals.
/// </summary>
public sealed class GradualJointStep : Step
{
    /// <inheritdoc/>
    public override StepPlan Plan => GradualPruning.Joint;

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var experiment = session.Experiment;
        var (device, edge) = Halves(session);
        ExpectLayers(resume, device.Network, edge.Network);
        var plan = new PruningPlan(experiment, device.Network);
        using var source = new BatchSource(
            session.Data.Train, session.Data.Normalisation, experiment.Augment, experiment.Joint.Batch, experiment.Seed, Name);
        using var teacher = Teacher.Of(session, Name, experiment.Joint);
        var schedule = new GradualSchedule(experiment.Prune.Gradual, (long)experiment.Joint.Epochs * BatchesPerEpoch(source));
        int removals = plan.IsReached(device.Network) ? 0 : experiment.Prune.Gradual.Removals;

        // A phase is what is trained between two removals, and named by the removals before it.
        int phase = resume?.Position.Phase ?? 0;
        while (true)
        {
            long? pauseAfter = phase < removals ? schedule.IterationOf(phase + 1) : null;
            var (models, measured) = Train(session, source, teacher, [device, edge], phase, pauseAfter, resume);
            if (pauseAfter is null)
            {
                Save(session, models[0], models[1]);
                var evaluator = new Evaluator(session);
                return (measured ?? Measure(evaluator, models, session.Measured.Images),
                    $"{plan.Describe(models[0].Network)}; {CodePower.Note(evaluator, models[0], session.Measured.Images)}");
            }
            phase++;
            resume = Remove(session, plan, models, phase, schedule.ShareOf(phase));
        }
    }

    (Model[] Models, Measurement? Measured) Train(TrainingSession session, BatchSource source, Teacher? teacher, Model[] start, int phase, long? pauseAfter, Checkpoint? resume)
    {
        Model[] models = resume is null ? start : [.. resume.Networks.Zip(resume.States, (network, weights) => new Model(network, weights))];
        NetworkModule[] modules = [.. models.Select(model => new NetworkModule(model.Network, model.Weights, session.Device, session.Precision))];
        try
        {
            var evaluator = new Evaluator(session);
            Model[] Trained() => [.. modules.Select(module => new Model(module.Network, module.ToWeights()))];
            var task = Classification(session, source, session.Experiment.Joint, modules,
                (images, iteration) => Transmitted(session, modules[0].Forward(images, training: true), modules[1], iteration, training: true),
                set => Measure(evaluator, Trained(), set), teacher);
            var measured = new TrainingLoop(session).Train(task with { Phase = phase, PauseAfter = pauseAfter, Series = Name }, resume);
            return (Trained(), measured);
        }
        finally
        {
            foreach (var module in modules)
                module.Dispose();
        }
    }

    static Measurement Measure(Evaluator evaluator, Model[] halves, ImageSet images) => evaluator.Transmit(halves[0], halves[1], images);

    // From the checkpoint that the training paused with to one that it goes on from.
    Checkpoint Remove(TrainingSession session, PruningPlan plan, IReadOnlyList<Model> models, int removal, double share)
    {
        var paused = session.Run.NewestCheckpoint(Name, session.Reporter.Warning);
        if (paused is null || paused.Position.Phase != removal - 1)
            throw new InvalidDataException($"the checkpoint that step {Name} has just written cannot be read");
        // Of few filters, a small share may round to none.
        if (plan.IsReached(models[0].Network, share))
            return paused;
        var network = models[0].Network;
        var scores = Scoring.Of(session, Name, plan.GroupsOf(network), models, removal,
            (modules, symbols, iteration) => Transmitted(session, symbols, modules[1], iteration, training: false));
        var smaller = Without(paused, new(network, plan.Select(network, Scoring.Penalised(session, plan, network, scores), share)));
        session.Reporter.Line($"{Name}: {plan.Describe(smaller.Networks[0])}");
        return smaller;
    }

    /// <summary>A checkpoint without some filters of its first network: its arrays, their momenta and their averages lose them alike.</summary>
    internal static Checkpoint Without(Checkpoint checkpoint, FilterRemoval removal) => checkpoint with
    {
        Networks = [removal.Smaller, .. checkpoint.Networks.Skip(1)],
        States = [removal.Of(checkpoint.States[0]), .. checkpoint.States.Skip(1)],
        Momenta = removal.Of(removal.Of(checkpoint.Momenta), suffix: Adam.SquareSuffix),
        Average = removal.Of(checkpoint.Average, prefix: "0."),
    };
}
