using Heliograph.Experiments.Trainings;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Objectives;

/// <summary>Mean squared difference between map and restored map.</summary>
sealed class L2Objective : IObjective
{
    /// <inheritdoc/>
    public LossTerm Term => LossTerms.L2;

    /// <inheritdoc/>
    public Tensor Loss(RestoredMaps batch) => F.mse_loss(batch.Restored, batch.Maps);
}
