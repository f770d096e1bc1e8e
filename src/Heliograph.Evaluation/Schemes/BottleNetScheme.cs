using Heliograph.Experiments.Recipes;
using Heliograph.Training.Channels;

namespace Heliograph.Evaluation.Schemes;

/// <summary>BottleNet (the paper's reference [5]): the reduced map in 8 bits a value, as a JPEG file of its channels side by side.</summary>
sealed class BottleNetScheme : IDigitalScheme
{
    public Arrival Send(DigitalWork work)
    {
        var edge = work.Left(StepFiles.Edge);
        return MapSending.Send(work, work.Left(StepFiles.Device), edge, TiledJpeg.Before(edge.Network, work.Experiment.Digital.JpegQuality).Carry);
    }
}
