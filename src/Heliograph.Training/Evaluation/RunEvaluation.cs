using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Modules;
using Heliograph.Training.Runs;
using Heliograph.Training.Steps;
using Heliograph.Training.Torch;
using static TorchSharp.torch;

namespace Heliograph.Training.Evaluation;

/// <summary>Measures the pair of a run on the test set.</summary>
public static class RunEvaluation
{
    /// <summary>Accuracy over SNR of the pair that a run's last finished step left.</summary>
    /// <exception cref="UsageException">The run has no pair yet.</exception>
    public static EvaluationResult Measure(RunFolder run, Experiment experiment, DataSet data, Device device, Precision precision,
        EvaluationOptions options, IRunReporter reporter, CancellationToken cancellation)
    {
        string step = run.ResultOf("joint") is not null ? "joint" : run.ResultOf("autoencoder") is not null ? "autoencoder"
            : throw new UsageException($"the run {run.Path} has no pair yet: its step autoencoder is not done");
        var deviceHalf = Model.Load(run.StepPath(step, Step.DeviceFile));
        var edgeHalf = Model.Load(run.StepPath(step, Step.EdgeFile));
        var evaluator = new Evaluator(data.Normalisation, device, precision, options.Batch,
            DifferentiableChannels.Create(experiment.Channel.Name), experiment.Seed, cancellation);
        int done = 0, all = options.Snr.Decibels.Count;
        var (noiseless, points) = evaluator.OverSnr(deviceHalf, edgeHalf, data.Test, options, point =>
            reporter.Progress(new("evaluation", FormattableString.Invariant($"{point.SnrDb:0.##} dB"), (double)++done / all, 0, 0, point.Top1, TimeSpan.Zero)));
        return new(run.Name, experiment.Split, deviceHalf.Network.Output.Elements, deviceHalf.Network.Cost().Macs,
            run.ResultOf("pretrain")?.Top1, noiseless.Top1, points);
    }
}
