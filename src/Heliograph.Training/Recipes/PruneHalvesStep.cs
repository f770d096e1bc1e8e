using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Recipes;

/// <summary>The device half of a pair loses filters; what they mean is judged through code and channel, and both halves learn after each removal.</summary>
public sealed class PruneHalvesStep : RemovalStep
{
    /// <inheritdoc/>
    public override StepPlan Plan => LatePruning.PruneHalves;

    /// <inheritdoc/>
    protected override IReadOnlyList<Model> Load(TrainingSession session)
    {
        var (device, edge) = Halves(session);
        return [device, edge];
    }

    /// <inheritdoc/>
    protected override Tensor Rest(TrainingSession session, IReadOnlyList<NetworkModule> modules, Tensor output, bool training, long iteration) =>
        Transmitted(session, output, modules[1], iteration, training);

    /// <inheritdoc/>
    protected override Measurement Measure(Evaluator evaluator, IReadOnlyList<Model> models, ImageSet images) => evaluator.Transmit(models[0], models[1], images);

    /// <inheritdoc/>
    protected override void Leave(TrainingSession session, IReadOnlyList<Model> models) => Save(session, models[0], models[1]);
}
