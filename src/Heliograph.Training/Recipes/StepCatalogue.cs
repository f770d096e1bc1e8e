using Heliograph.Experiments.Recipes;

namespace Heliograph.Training.Recipes;

/// <summary>What the steps of recipes do, by their plans.</summary>
public static class StepCatalogue
{
    static readonly Step[] All =
    [
        new PretrainStep(),
        new PruneStep(),
        new AutoencoderStep(),
        new JointStep(),
        new PruneHalvesStep(),
        new GradualJointStep(),
        new PruneSplitStep(),
        new OrderStep(),
        new ElasticCodeStep(),
        new ModesStep(),
    ];

    /// <summary>The step that does what a plan says.</summary>
    public static Step Of(StepPlan plan) => All.Single(step => step.Plan == plan);
}
