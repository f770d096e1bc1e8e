using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Modules;
using Heliograph.Training.Runs;
using Heliograph.Training.Torch;
using static TorchSharp.torch;

namespace Heliograph.Training.Evaluation;

/// <summary>Measures a pair on the test set.</summary>
public static class PairEvaluation
{
    /// <summary>
    /// Accuracy over SNR of a pair, through the channel and with the seed of the experiment that trained it. Computed in 32-bit floats
    /// whatever it was trained in: so do the device and the edge, and it is the same on every machine up to rounding.
    /// </summary>
    /// <param name="pair">Of a run or a pair folder.</param>
    /// <param name="experiment">The pair's, with what the caller wants otherwise.</param>
    /// <param name="data">The experiment's data.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="reporter">Hears how it goes.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <exception cref="UsageException">The data are of other classes or another size than the pair's.</exception>
    public static EvaluationResult Measure(TrainedPair pair, Experiment experiment, DataSet data, Device device,
        IRunReporter reporter, CancellationToken cancellation)
    {
        pair.Check(data);
        var options = experiment.Evaluation;
        var evaluator = new Evaluator(pair.Normalisation ?? data.Normalisation, device, Precision.Fp32, options.Batch,
            DifferentiableChannels.Create(experiment.Channel.Name), experiment.Seed, cancellation);
        int done = 0, all = options.Snr.Decibels.Count;
        var (noiseless, points) = evaluator.OverSnr(pair.Device, pair.Edge, data.Test, options, point =>
            reporter.Progress(new("evaluation", FormattableString.Invariant($"{point.SnrDb:0.##} dB"), (double)++done / all, 0, 0, point.Top1, TimeSpan.Zero)));
        return new(pair.Name, pair.Split, pair.Device.Network.Output.Elements, pair.Device.Network.Cost().Macs, pair.BackboneTop1, noiseless.Top1, points);
    }
}
