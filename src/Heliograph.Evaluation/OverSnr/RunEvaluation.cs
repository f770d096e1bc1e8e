using Heliograph.Evaluation.Schemes;
using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Models;
using static TorchSharp.torch;

namespace Heliograph.Evaluation.OverSnr;

/// <summary>What ends a training: the accuracy over SNR of the pair that it made, as its experiment asks.</summary>
public static class RunEvaluation
{
    /// <summary>Measures and writes it, or reads what was measured before.</summary>
    /// <exception cref="OperationCanceledException">Stopped on request; nothing is written.</exception>
    public static EvaluationResult Of(TrainingSession session)
    {
        if (EvaluationFiles.Read(session.Run) is { } done)
            return done;
        var options = session.Experiment.Evaluation;
        string set = MeasuredSet.ForEvaluation(session.Data, options.Set).Name;
        bool hasNoise = session.Recipe.Sends == Sent.Symbols || session.Experiment.Digital.Link != DigitalLinkName.Capacity;
        string draws = hasNoise ? FormattableString.Invariant($", {options.Draws} noise draws each") : "";
        session.Reporter.Line($"evaluation: {options.Snr} dB{draws}, on the {set} set");
        var (result, hits) = Measure(session.Run, session.Experiment, session.Data, session.Device, session.Reporter, session.Cancellation);
        Write(session.Run.Path, result, hits);
        foreach (var point in result.Points)
            session.Tracker.Scalar("evaluation/top1 by SNR in 0.1 dB", point.Top1, (long)Math.Round(point.SnrDb * 10));
        return result;
    }

    /// <summary>Measures what a run has trained, as its recipe sends it.</summary>
    /// <param name="run">With all of its steps.</param>
    /// <param name="experiment">The run's, with what the caller wants otherwise.</param>
    /// <param name="data">The experiment's data.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="reporter">Hears how it goes.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <exception cref="UsageException">The run is not finished, or the data are of another kind.</exception>
    public static (EvaluationResult Result, Hits Hits) Measure(RunFolder run, Experiment experiment, DataSet data, Device device, IRunReporter reporter, CancellationToken cancellation) =>
        experiment.Steps().Sends == Sent.Symbols ? PairEvaluation.Measure(TrainedPair.Of(run), experiment, data, device, reporter, cancellation)
            : DigitalEvaluation.Measure(run, experiment, data, device, reporter, cancellation);

    /// <summary>Writes an evaluation, its plots first and its JSON last.</summary>
    public static void Write(string folder, EvaluationResult result, Hits hits)
    {
        Directory.CreateDirectory(folder);
        EvaluationPlot.Write(result, EvaluationFiles.PngPath(folder), EvaluationFiles.SvgPath(folder));
        EvaluationFiles.Write(folder, result, hits);
    }
}
