using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Recipes;

/// <summary>Step 2: the backbone loses filters, before there is a code.</summary>
public class PruneStep : RemovalStep
{
    /// <inheritdoc/>
    public override StepPlan Plan => CommonSteps.Prune;

    /// <inheritdoc/>
    protected override IReadOnlyList<Model> Load(TrainingSession session) => [Backbone(session)];

    /// <inheritdoc/>
    protected override Tensor Rest(TrainingSession session, IReadOnlyList<NetworkModule> modules, Tensor output, bool training, long iteration) => output;

    /// <inheritdoc/>
    protected override Measurement Measure(Evaluator evaluator, IReadOnlyList<Model> models, ImageSet images) => evaluator.Classify(models[0], images);

    /// <inheritdoc/>
    protected override void Leave(TrainingSession session, IReadOnlyList<Model> models) => session.Run.SaveModel(Name, StepFiles.Backbone, models[0]);
}
