using Heliograph.Experiments.Trainings;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Objectives;

/// <summary>Mean absolute difference between map and restored map.</summary>
sealed class L1Objective : IObjective
{
    /// <inheritdoc/>
    public LossTerm Term => LossTerms.L1;

    /// <inheritdoc/>
    public Tensor Loss(RestoredMaps batch) => F.l1_loss(batch.Restored, batch.Maps);
}
