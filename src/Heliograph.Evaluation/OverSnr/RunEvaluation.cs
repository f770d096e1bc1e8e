using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Models;

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
        session.Reporter.Line(FormattableString.Invariant($"evaluation: {options.Snr} dB, {options.Draws} noise draws each, on the {set} set"));
        var (result, hits) = PairEvaluation.Measure(TrainedPair.Of(session.Run), session.Experiment, session.Data, session.Device, session.Reporter, session.Cancellation);
        Write(session.Run.Path, result, hits);
        foreach (var point in result.Points)
            session.Tracker.Scalar("evaluation/top1 by SNR in 0.1 dB", point.Top1, (long)Math.Round(point.SnrDb * 10));
        return result;
    }

    /// <summary>Writes an evaluation, its plots first and its JSON last.</summary>
    public static void Write(string folder, EvaluationResult result, Hits hits)
    {
        Directory.CreateDirectory(folder);
        EvaluationPlot.Write(result, EvaluationFiles.PngPath(folder), EvaluationFiles.SvgPath(folder));
        EvaluationFiles.Write(folder, result, hits);
    }
}
