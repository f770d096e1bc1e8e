using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Modules;
using Heliograph.Training.Objectives;

namespace Heliograph.Training.Recipes;

/// <summary>Step 4: device half, channel and edge half learn together, end to end, with cross-entropy (and a teacher if there is one).</summary>
public sealed class JointStep : Step
{
    /// <inheritdoc/>
    public override StepPlan Plan => CommonSteps.Joint;

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var experiment = session.Experiment;
        var (device, edge) = Halves(session);
        Expect(resume, device.Network, edge.Network);
        using var deviceModule = new NetworkModule(device.Network, device.Weights, session.Device, session.Precision);
        using var edgeModule = new NetworkModule(edge.Network, edge.Weights, session.Device, session.Precision);
        using var source = new BatchSource(
            session.Data.Train, session.Data.Normalisation, experiment.Augment, experiment.Joint.Batch, experiment.Seed, Name);
        using var teacher = Teacher.Of(session, Name, experiment.Joint);
        var evaluator = new Evaluator(session, session.WayTo(edge.Network));

        Model Device() => new(device.Network, deviceModule.ToWeights());
        Model Edge() => new(edge.Network, edgeModule.ToWeights());
        var measured = new TrainingLoop(session).Train(Classification(session, source, experiment.Joint, [deviceModule, edgeModule],
            (images, iteration) => Transmitted(session, deviceModule.Forward(images, training: true), edgeModule, iteration, training: true),
            set => evaluator.Transmit(Device(), Edge(), set), teacher), resume);

        Save(session, Device(), Edge());
        return (measured ?? evaluator.Transmit(Device(), Edge(), session.Measured.Images), Spent(session, evaluator, Device()));
    }
}
