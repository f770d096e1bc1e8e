using Heliograph.Channels;
using Heliograph.Evaluation.Overview;
using Heliograph.Experiments.Runs;

namespace Heliograph.Evaluation.Plots;

/// <summary>Fano's bound for runs.</summary>
static class FanoBound
{
    /// <summary>The largest accuracy in percent that any scheme could have with as many symbols an image at an SNR in dB; null where the channel is not AWGN, or its classes are not known.</summary>
    /// <param name="group">Measured there.</param>
    /// <param name="snrDb">The SNR in dB.</param>
    public static double? Top1(RunGroup group, double snrDb) => group.First.Channel == "awgn" && Classes(group.First) is { } classes
        ? Fano.Top1(classes, group.SymbolsAt(snrDb) * Snr.FromDecibels(snrDb).Capacity) : null;

    /// <summary>How many classes a run tells apart; null where that is not known.</summary>
    // Evaluations elsewhere and records of earlier versions do not say it, but some data sets have always as many.
    public static int? Classes(RunSummary run)
    {
        using var folder = RunFolder.IsRun(run.Run) ? RunFolder.OpenForReading(run.Run) : null;
        return (folder is null ? null : RunData.Of(folder))?.Classes.Count ?? run.Experiment!.Data.Name switch { "cifar10" => 10, "cifar100" => 100, _ => null };
    }
}
