using Heliograph.Experiments.Runs;

namespace Heliograph.Evaluation.Overview;

/// <summary>Evaluations that <c>heliograph evaluate --to</c> wrote, beside runs.</summary>
public static class EvaluationSummary
{
    /// <summary>Reads one, with the experiment that it was made with. One that cannot be read is a line too: it says why (<see cref="RunSummary.Fault"/>).</summary>
    public static RunSummary Of(string folder)
    {
        DateTime changed = Directory.GetLastWriteTimeUtc(folder);
        try
        {
            var (result, experiment) = EvaluationFiles.ReadElsewhere(folder);
            return new(folder, "evaluated", result.Split, result.DeviceMacs, result.Symbols, experiment.Channel.Snr.ToString(), null, result.MeasuredOn, changed)
            {
                // How many filters a budget of MACs took is not recorded here.
                Ratio = experiment.Modes() is { } modes ? experiment.Evaluation.Width ?? modes.Ratios[0] : !experiment.Steps().Steps.Any(step => step.Prunes) ? 0 : experiment.Prune.Macs is null ? experiment.Prune.Ratio : null,
                Channel = result.Channel ?? experiment.Channel.Name,
                Scheme = experiment.Recipe,
                Seed = experiment.Seed,
                Experiment = experiment,
                Evaluation = result,
            };
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            return new(folder, e is InvalidDataException ? "damaged" : "cannot be read", null, null, null, null, null, null, changed) { Fault = e.Message };
        }
    }
}
