using Heliograph.Experiments.Trainings;
using static TorchSharp.torch;

namespace Heliograph.Training.Objectives;

/// <summary>Distillation of the logits from a teacher's.</summary>
sealed class DistillationObjective : IObjective
{
    /// <inheritdoc/>
    public LossTerm Term => LossTerms.Distillation;

    /// <inheritdoc/>
    public Tensor Loss(RestoredMaps batch) => Distillation.Loss(batch.Options.Distillation, batch.Logits, batch.Teacher, batch.Labels);
}
