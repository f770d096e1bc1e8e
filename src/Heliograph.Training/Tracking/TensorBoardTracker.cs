using TorchSharp.Modules;
using static TorchSharp.torch.utils;

namespace Heliograph.Training.Tracking;

/// <summary>
/// Event files for TensorBoard. Each call to train writes its own files, created with the first scalar; an epoch that is measured again after
/// a kill gives the same values again.
/// </summary>
sealed class TensorBoardTracker : ITracker
{
    string folder = "";
    IReadOnlyDictionary<string, string> options = new Dictionary<string, string>();
    SummaryWriter? writer;

    public void Begin(string run, IReadOnlyDictionary<string, string> options) => (folder, this.options) = (Path.Combine(run, "tensorboard"), options);

    public void Scalar(string tag, double value, long step)
    {
        if (writer is null)
        {
            Directory.CreateDirectory(folder);
            HyperParametersFile.Write(folder, options);
            writer = tensorboard.SummaryWriter(folder, createRunName: false);
        }
        writer.add_scalar(tag, (float)value, checked((int)step));
    }

    public void End(bool complete)
    { }

    public void Dispose()
    { }
}
