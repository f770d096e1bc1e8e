using Heliograph.Training.Data;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Objectives;

/// <summary>What a batch's images are to be named: [N] classes, or [N, classes] shares of sum 1 where images are mixed. Cross-entropy reads both.</summary>
static class Targets
{
    /// <summary>Those of a batch.</summary>
    public static Tensor Of(Batch batch, int classes, Device device) => batch.IsMixed ? Tensors.Shares(batch, classes, device) : Tensors.Labels(batch, device);

    /// <summary>The class with the largest share, [N].</summary>
    public static Tensor Leading(Tensor targets) => targets.dim() == 1 ? targets : targets.argmax(1);
}
