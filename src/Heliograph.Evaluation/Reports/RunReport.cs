using Heliograph.Evaluation.Comparing;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;

namespace Heliograph.Evaluation.Reports;

/// <summary>What a reader needs to judge a run and to make it again.</summary>
/// <param name="Run">Name of its folder.</param>
/// <param name="Split">The split point, or <see cref="Experiments.Experiment.InputPlace"/>.</param>
/// <param name="Seed">Of every random draw.</param>
/// <param name="Channel">Name of the channel.</param>
/// <param name="Snr">SNR in training, in dB: a number or a range.</param>
/// <param name="Draws">Draws of the noise that the evaluation averages over.</param>
/// <param name="Steps">The finished steps, in order.</param>
/// <param name="Evaluation">Accuracy over SNR, or null if it has not been measured yet.</param>
/// <param name="Calls">With what it was computed, a line a call.</param>
/// <param name="Against">The pair beside a reference, image by image, or null.</param>
public sealed record RunReport(
    string Run, string Split, ulong Seed, string Channel, string Snr, int Draws, ValueList<StepReport> Steps, EvaluationResult? Evaluation,
    ValueList<RunCall> Calls, Comparison? Against)
{
    /// <summary>Where records keep <see cref="Against"/>: the reference lies elsewhere.</summary>
    internal const string ComparisonFile = "comparison.json";

    /// <summary>Reads the report of a run; its networks are not needed.</summary>
    /// <param name="run">The run, or its records.</param>
    /// <param name="against">Its pair beside a reference; null for what its records keep of that, if anything.</param>
    /// <exception cref="UsageException">No step of the run is finished yet.</exception>
    /// <exception cref="InvalidDataException">A file of the run is damaged.</exception>
    public static RunReport Of(RunFolder run, Comparison? against = null)
    {
        var experiment = run.ReadExperiment();
        var metrics = run.ReadMetrics();
        var steps = new List<StepReport>();
        foreach (var result in experiment.Steps().StepNames.Select(run.ResultOf).OfType<StepResult>())
        {
            EpochMetrics[] own = [.. metrics.Where(line => line.Step == result.Name)];
            // Accuracies on two different sets are not a before and an after.
            steps.Add(new(result.Name, own.Count(line => line.Epoch > 0), steps is [.., var before] && before.MeasuredOn == result.MeasuredOn ? before.Top1 : null,
                [.. own.Where(line => line.Epoch == 0).Select(line => line.Top1).OfType<double>()],
                result.Top1, result.Top5, result.Seconds, result.Note, result.MeasuredOn));
        }
        if (steps.Count == 0)
            throw new UsageException($"the run {run.Path} has no finished step yet");
        var evaluation = EvaluationFiles.Read(run);
        return new(run.Name, experiment.Place, experiment.Seed, experiment.Channel.Name, experiment.Channel.Snr.ToString(), evaluation?.Draws ?? experiment.Evaluation.Draws, [.. steps],
            evaluation, [.. RunEnvironment.Calls(run)],
            against ?? (File.Exists(run.In(ComparisonFile)) ? Json.ReadFile<Comparison>(run.In(ComparisonFile)) : null));
    }

    internal static void WriteComparison(string folder, Comparison against) =>
        Json.WriteSealed(Path.Combine(folder, ComparisonFile), against);
}

/// <summary>What a step did.</summary>
/// <param name="Name">Of the step.</param>
/// <param name="Epochs">Of training, all removals of a pruning together.</param>
/// <param name="Top1Before">Accuracy after the step before, in percent; null for the first, and where that was measured on other images.</param>
/// <param name="Top1AfterRemovals">Accuracy right after each removal of filters, before training, in percent.</param>
/// <param name="Top1">Accuracy after the step, in percent; of a pair through the channel, at the middle of the SNRs in training.</param>
/// <param name="Top5">Likewise.</param>
/// <param name="Seconds">Work on the step, over all calls.</param>
/// <param name="Note">One line for people.</param>
/// <param name="MeasuredOn">On which images its accuracies were measured, <see cref="SetNames.Test"/> or <see cref="SetNames.Validation"/>.</param>
public sealed record StepReport(
    string Name, int Epochs, double? Top1Before, ValueList<double> Top1AfterRemovals, double Top1, double Top5, double Seconds, string? Note, string MeasuredOn);
