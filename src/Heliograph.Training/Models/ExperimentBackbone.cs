using Heliograph.Experiments;
using Heliograph.Networks;
using Heliograph.Training.Data;

namespace Heliograph.Training.Models;

/// <summary>The backbone that an experiment describes, untrained.</summary>
public static class ExperimentBackbone
{
    /// <summary>The backbone for a data set.</summary>
    /// <exception cref="UsageException">The ONNX file has an operator that is not known, or is not for such data.</exception>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static Network Of(Experiment experiment, DataSet data)
    {
        var options = experiment.Network;
        if (options.Onnx is not { } file)
            return Backbones.Build(options.Name, data.Classes.Count, data.Train.Shape, options.Width, options.Dropout);
        var backbone = TrainedBackbone.OfOnnx(file, "network.onnx: ");
        backbone.Check(data, "network.onnx: ");
        _ = experiment.SplitOf(backbone.Model.Network);
        return backbone.Model.Network;
    }
}
