using Heliograph.Experiments.Trainings;
using Heliograph.Training.Recipes;
using static TorchSharp.torch;

namespace Heliograph.Training.Objectives;

/// <summary>Step 3's objective, the weighted sum of its terms.</summary>
static class Objective
{
    static readonly IObjective[] All =
    [
        new L1Objective(),
        new CrossEntropyObjective(),
        new DistillationObjective(),
        new L2Objective(),
    ];

    /// <summary>The sum for a batch.</summary>
    public static Tensor Of(AutoencoderLoss loss, RestoredMaps batch)
    {
        Tensor? sum = null;
        foreach (var (term, weight) in loss.Terms)
        {
            var value = All.Single(objective => objective.Term == term).Loss(batch);
            value = weight == 1 ? value : value * weight;
            sum = sum is null ? value : sum + value;
        }
        return sum!;
    }
}
