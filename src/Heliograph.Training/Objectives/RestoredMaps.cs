using Heliograph.Experiments.Trainings;
using static TorchSharp.torch;

namespace Heliograph.Training.Objectives;

/// <summary>A batch of step 3 as its objectives see it; what only some of them need is computed when they ask.</summary>
/// <param name="Options">Smoothing, and how a teacher is followed.</param>
/// <param name="Maps">The maps at the split point [N, C, H, W].</param>
/// <param name="Restored">The same as the decoder restores them.</param>
/// <param name="Rest">The frozen rest of the network, from map to logits.</param>
/// <param name="LabelsOf">Labels [N].</param>
/// <param name="TeacherOf">Logits of the teacher [N, classes].</param>
sealed record RestoredMaps(AutoencoderOptions Options, Tensor Maps, Tensor Restored, Func<Tensor, Tensor>? Rest, Func<Tensor> LabelsOf, Func<Tensor> TeacherOf)
{
    Tensor? logits, labels, teacher;

    /// <summary>What the rest of the network names for the restored maps [N, classes], with its graph.</summary>
    public Tensor Logits => logits ??= Rest!(Restored);

    /// <summary>The labels [N].</summary>
    public Tensor Labels => labels ??= LabelsOf();

    /// <summary>The teacher's logits [N, classes].</summary>
    public Tensor Teacher => teacher ??= TeacherOf();

    /// <summary>Images classified correctly.</summary>
    public long Correct() => Logits.detach().argmax(1).eq(Labels).sum().item<long>();
}
