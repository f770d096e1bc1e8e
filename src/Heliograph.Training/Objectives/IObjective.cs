using Heliograph.Experiments.Trainings;
using static TorchSharp.torch;

namespace Heliograph.Training.Objectives;

/// <summary>What a term of step 3's objective computes.</summary>
interface IObjective
{
    /// <summary>The term.</summary>
    LossTerm Term { get; }

    /// <summary>Its value for a batch, a scalar with its graph.</summary>
    Tensor Loss(RestoredMaps batch);
}
