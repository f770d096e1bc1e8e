using TorchSharp.Modules;
using static TorchSharp.torch.utils;

namespace Heliograph.Training.Loop;

/// <summary>
/// Event files for TensorBoard. Each call to train writes its own file, created with the first scalar; an epoch that is measured again after
/// a kill gives the same values again.
/// </summary>
sealed class TensorBoard(string folder)
{
    SummaryWriter? writer;

    /// <summary>Adds one value.</summary>
    public void Scalar(string tag, double value, long iteration)
    {
        if (writer is null)
        {
            Directory.CreateDirectory(folder);
            writer = tensorboard.SummaryWriter(folder, createRunName: false);
        }
        writer.add_scalar(tag, (float)value, checked((int)iteration));
    }
}
