using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Runs;
using Heliograph.Files;
using Heliograph.Training.Data;
using Heliograph.Training.Models;

namespace Heliograph.Cli;

/// <summary>A folder that holds a run or a pair, and what can be measured in it.</summary>
/// <param name="Pair">The pair of a pair folder; null for a run, which knows itself what it sends.</param>
/// <param name="Experiment">That trained it, with the caller's overrides.</param>
/// <param name="Run">The run, or null for a pair folder.</param>
sealed record RunSource(TrainedPair? Pair, Experiment Experiment, RunFolder? Run) : IDisposable
{
    /// <summary>Opens whichever of the two the folder holds.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="overrides">Values that differ from the experiment's.</param>
    /// <param name="forWork">True to write the measurement into a run, which is then locked against other programs.</param>
    public static RunSource Open(string folder, string[] overrides, bool forWork)
    {
        if (RunFolder.IsRun(folder))
        {
            var run = forWork ? OpenForWork(folder) : RunFolder.OpenForReading(folder);
            string path = run.In("experiment.yaml");
            var experiment = OptionsBinder.Bind<Experiment>(ExperimentFiles.ReadText(path), path, overrides);
            return new(null, experiment, run);
        }
        if (!Heliograph.Pairs.Pair.IsPair(folder))
            throw NotInFolder.Error(folder, $"no run (no experiment.yaml) and no pair (no {Heliograph.Pairs.Pair.DescriptionFile})");
        var pair = Heliograph.Pairs.Pair.Open(folder);
        var provenance = pair.Description.Provenance
            ?? throw new UsageException($"{folder}: the pair does not say which data it was trained on (\"provenance\"), so it cannot be measured");
        string source = Path.Combine(folder, Heliograph.Pairs.Pair.DescriptionFile) + ", \"provenance.experiment\"";
        return new(TrainedPair.Of(pair), OptionsBinder.Bind<Experiment>(provenance.Experiment, source, overrides), null);
    }

    /// <summary>Loads the images that it is measured on.</summary>
    /// <param name="dataFolder">Where to look for data first; null for the usual places.</param>
    /// <param name="warning">Receives what was left out, and what has changed in a run's images.</param>
    public DataSet LoadData(string? dataFolder, Action<string> warning) => Run is { } run
        ? RunDataSet.Load(run, Experiment, dataFolder, warning)
        : DataSets.Load(Experiment.Data, dataFolder, Experiment.Seed, warning);

    public void Dispose() => Run?.Dispose();

    static RunFolder OpenForWork(string folder)
    {
        try
        {
            return RunFolder.OpenForWork(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{e.Message}; --to DIR writes elsewhere", e);
        }
    }
}
