using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Runs;

namespace Heliograph.Training.Data;

/// <summary>The images of a run, together with what the run keeps about those that it started with (<see cref="RunData"/>).</summary>
public static class RunDataSet
{
    /// <summary>Loads the data of a run's experiment, with the normalisation that the run keeps.</summary>
    /// <param name="run">The run, which may not have started.</param>
    /// <param name="experiment">The run's, or with the caller's overrides.</param>
    /// <param name="dataFolder">Where to look for data first; null for the usual places.</param>
    /// <param name="warning">Hears, a line each, what was left out of the images, and what has changed of them since the run began.</param>
    /// <exception cref="UsageException">The classes of the data differ from those that the run started with.</exception>
    /// <exception cref="InvalidDataException">The data, or what the run keeps of them, are damaged.</exception>
    /// <exception cref="IOException">The data cannot be found or read.</exception>
    public static DataSet Load(RunFolder run, Experiment experiment, string? dataFolder, Action<string> warning)
    {
        var data = DataSets.Load(experiment.Data, dataFolder, experiment.Seed, warning);
        if (RunData.Of(run) is not { } kept)
            return data;
        kept.Check(run, data.Name, data.Classes);
        // Anyone who requests other images knows that they differ.
        if (run.ReadExperiment().Data is var own && OptionsBinder.Flatten(own with { Path = null }).SequenceEqual(OptionsBinder.Flatten(experiment.Data with { Path = null })))
        {
            foreach (string change in kept.Changes(Of(data.Train), data.Validation is { } held ? Of(held) : null, Of(data.Test)))
                warning($"the run {run.Path} was started with other images of {data.Name}: {change}; it keeps its mean and deviation");
        }
        return data with { Mean = kept.Mean, Std = kept.Std };
    }

    /// <summary>Keeps what a run begins on; what it keeps already stays.</summary>
    public static void Keep(RunFolder run, DataSet data)
    {
        if (RunData.Of(run) is null)
            new RunData(data.Name, data.Classes, data.Mean, data.Std, Of(data.Train), data.Validation is { } held ? Of(held) : null, Of(data.Test)).Keep(run);
    }

    static RunImages Of(ImageSet set) => new(set.Count, set.Fingerprint());
}
