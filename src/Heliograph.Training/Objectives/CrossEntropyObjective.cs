using Heliograph.Experiments.Trainings;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Objectives;

/// <summary>Cross-entropy of the logits with the labels, smoothed as the options ask.</summary>
sealed class CrossEntropyObjective : IObjective
{
    /// <inheritdoc/>
    public LossTerm Term => LossTerms.CrossEntropy;

    /// <inheritdoc/>
    public Tensor Loss(RestoredMaps batch) => F.cross_entropy(batch.Logits, batch.Labels, label_smoothing: batch.Options.Smoothing);
}
