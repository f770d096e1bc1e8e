using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;

namespace Heliograph.Evaluation.Reports;

/// <summary>How far a run has come, and what it has to show for it, in a line.</summary>
/// <param name="Step">The last finished step, and whether the next has started.</param>
/// <param name="Split">The split point; null while there is only a backbone.</param>
/// <param name="DeviceMacs">Of the device half with the encoder; null while there is only a backbone, and in records that tell it nowhere.</param>
/// <param name="Symbols">B, or null in the same case.</param>
/// <param name="Snr">SNR in training, in dB: a number or a range (docs/snr.md); null before there is a pair.</param>
/// <param name="Top1">Accuracy after the last finished step, in percent; of a pair through the channel, at the middle of the SNRs in training.</param>
/// <param name="MeasuredOn">On which images, <see cref="SetNames.Test"/> or <see cref="SetNames.Validation"/>.</param>
public sealed record RunSummary(string Step, string? Split, long? DeviceMacs, int? Symbols, string? Snr, double? Top1, string? MeasuredOn)
{
    /// <summary>Reads it; of networks only the description.</summary>
    /// <exception cref="InvalidDataException">A file of the run is damaged.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static RunSummary Of(RunFolder run)
    {
        var experiment = run.ReadExperiment();
        var plan = experiment.Steps().Steps.LastOrDefault(step => run.ResultOf(step.Name) is not null);
        var last = plan is null ? null : run.ResultOf(plan.Name);
        string step = (last?.Name, run.HasCheckpoint) switch
        {
            (null, true) => $"{experiment.Steps().StepNames[0]}, in the middle",
            (null, false) => "nothing done",
            (var name, true) => $"{name}, in the middle of the next",
            var (name, _) => name,
        };
        if (plan is null || last is null || plan is { Leaves: Artifact.Backbone, Prunes: false })
            return new(step, null, null, null, null, last?.Top1, last?.MeasuredOn);
        var (macs, symbols) = EvaluationFiles.Read(run) is { } measured ? (measured.DeviceMacs, measured.Symbols) : DeviceHalf(run, plan, experiment);
        return new(step, experiment.Split, macs, symbols, plan.Leaves == Artifact.Backbone ? null : experiment.Channel.Snr.ToString(), last.Top1, last.MeasuredOn);
    }

    static (long?, int?) DeviceHalf(RunFolder run, StepPlan step, Experiment experiment)
    {
        string path = run.StepPath(step.Name, step.Leaves == Artifact.Backbone ? StepFiles.Backbone : StepFiles.Device);
        // Records have no networks.
        if (!File.Exists(path) || Model.DescriptionOf(path) is not { } network)
            return (null, null);
        if (step.Leaves == Artifact.Backbone)
        {
            var front = network.SplitAt(experiment.Split).Device;
            network = front.Then(JointCode.Encoder(front.Output, experiment.Code.Channels));
        }
        return (network.Cost().Macs, network.Output.Elements);
    }
}
