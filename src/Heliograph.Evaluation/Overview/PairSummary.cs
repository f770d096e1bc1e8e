using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Pairs;

namespace Heliograph.Evaluation.Overview;

/// <summary>Exported pairs beside runs: what a pair tells of its run.</summary>
public static class PairSummary
{
    /// <summary>Reads a pair's description, not its weights. A pair that cannot be read is a line too: it says why (<see cref="RunSummary.Fault"/>).</summary>
    /// <param name="folder">The pair folder.</param>
    /// <returns>
    /// The pair as a run, and its device halves, the widest first; null where it cannot be read. It has an evaluation where the pair tells its accuracy and the experiment that trained it, without which nobody
    /// knows on which data it was measured.
    /// </returns>
    public static (RunSummary Summary, IReadOnlyList<Network>? Devices) Of(string folder)
    {
        DateTime changed = File.GetLastWriteTimeUtc(Path.Combine(folder, Pair.DescriptionFile));
        try
        {
            var pair = Pair.Open(folder).Description;
            var experiment = pair.Provenance is { } from ? OptionsBinder.Bind<Experiment>(from.Experiment, Path.Combine(folder, Pair.DescriptionFile) + ", \"provenance.experiment\"") : null;
            long macs = pair.Device.Cost().Macs;
            var evaluation = pair.Accuracy is { } accuracy && experiment is not null
                ? new EvaluationResult(pair.Name, pair.Split, pair.Symbols, macs, accuracy.BackboneTop1, accuracy.NoiselessTop1, accuracy.Points)
                {
                    MeasuredOn = accuracy.MeasuredOn ?? SetNames.Test,
                    Images = accuracy.Images,
                    Draws = accuracy.Draws,
                    Modes = accuracy.Modes,
                    Channel = pair.Channel.Name,
                    Seed = experiment.Seed,
                }
                : null;
            var summary = new RunSummary(folder, "exported", pair.Split, macs, pair.Symbols, new SnrRange(pair.Channel.SnrLowDb, pair.Channel.SnrHighDb).ToString(), null, evaluation?.MeasuredOn, changed)
            {
                Ratio = pair.PruningRatio,
                Channel = pair.Channel.Name,
                Scheme = experiment?.Recipe,
                Seed = experiment?.Seed,
                Experiment = experiment,
                Evaluation = evaluation,
            };
            return (summary, pair.DeviceHalves);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException or UsageException)
        {
            return (new(folder, "cannot be read", null, null, null, null, null, null, changed) { Fault = e.Message }, null);
        }
    }
}
