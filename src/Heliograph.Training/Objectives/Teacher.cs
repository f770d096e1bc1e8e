using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Models;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Objectives;

/// <summary>
/// A trained backbone whose answers a student learns from, batch norms folded and without gradients. Named by <see cref="ITaught.OwnBackbone"/>, or as any
/// backbone (<see cref="TrainedBackbone.Of"/>): a run, a file, or one that ships.
/// </summary>
sealed class Teacher : IDisposable
{
    readonly NetworkModule module;
    readonly DistillationOptions options;
    readonly double warmup;

    Teacher(TrainingSession session, Model model, DistillationOptions options, int epochs)
    {
        var (network, weights) = Folding.Fold(model.Network, model.Weights);
        module = new(network, weights, session.Device, session.Precision, trainable: false);
        this.options = options;
        warmup = options.Warmup ?? (options.Form == DistillationForm.Decoupled ? epochs / 12.0 : 0);
    }

    /// <summary>The teacher of a step's training, or null if it has none.</summary>
    /// <exception cref="UsageException">There is no such backbone, or it was trained on other data.</exception>
    /// <exception cref="InvalidDataException">Its file is damaged.</exception>
    public static Teacher? Of(TrainingSession session, string step, TrainingOptions options)
    {
        if (options is not ITaught { Teacher: { } name } taught)
            return null;
        string source = name == ITaught.OwnBackbone ? session.Run.StepPath(ITaught.OwnBackbone, StepFiles.Backbone) : name;
        return new(session, Load(source, step, session.Experiment, session.Data), taught.Distillation, options.Epochs);
    }

    /// <summary>Refuses an experiment that names a teacher of other data, for a step that is yet to come.</summary>
    /// <exception cref="UsageException">There is no such backbone, or it was trained on other data.</exception>
    /// <exception cref="InvalidDataException">Its file is damaged.</exception>
    public static void Check(Experiment experiment, DataSet data, Func<string, bool> isDone)
    {
        foreach (var step in experiment.Steps().Steps)
        {
            if (experiment.OptionsOf(step) is ITaught { Teacher: { } name } && name != ITaught.OwnBackbone && !isDone(step.Name))
                _ = Load(name, step.Options, experiment, data);
        }
    }

    static Model Load(string source, string step, Experiment experiment, DataSet data)
    {
        string key = $"{step}.teacher: ";
        var backbone = TrainedBackbone.Of(source, ExperimentBackbone.Of(experiment, data), key);
        backbone.Check(data, key);
        return backbone.Model;
    }

    /// <summary>The teacher's logits [N, classes] for images [N, C, H, W].</summary>
    public Tensor Logits(Tensor images)
    {
        using var noGrad = no_grad();
        return module.Forward(images, training: false);
    }

    /// <summary>The loss of a student: cross-entropy and distillation, weighted.</summary>
    /// <param name="crossEntropy">With the labels.</param>
    /// <param name="student">Its logits.</param>
    /// <param name="teacher">The teacher's logits for the same images.</param>
    /// <param name="targets">As for cross-entropy.</param>
    /// <param name="epoch">Epochs done before this batch, with its fraction.</param>
    public Tensor Combine(Tensor crossEntropy, Tensor student, Tensor teacher, Tensor targets, double epoch)
    {
        double rise = epoch >= warmup ? 1 : epoch / warmup;
        var distillation = Distillation.Loss(options, student, teacher, targets);
        return options.Form == DistillationForm.Decoupled
            ? crossEntropy + distillation * rise
            : crossEntropy * (1 - options.Weight * rise) + distillation * (options.Weight * rise);
    }

    /// <inheritdoc/>
    public void Dispose() => module.Dispose();
}
