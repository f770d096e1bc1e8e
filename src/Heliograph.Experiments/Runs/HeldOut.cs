namespace Heliograph.Experiments.Runs;

/// <summary>Whether the images that a run holds out are new to the backbone that it begins from.</summary>
static class HeldOut
{
    /// <summary>A line of warning where the backbone of another run, or of a file, may have been trained on held-out images; null if it was not.</summary>
    public static string? Doubt(Experiment experiment)
    {
        if (experiment.Data.Validation == 0)
            return null;
        // A backbone may have been handed on from run to run; a folder that was moved may seem to begin from itself.
        var seen = new HashSet<string>();
        for (string? from = Origin(experiment); from is not null && seen.Add(from);)
        {
            if (!RunFolder.IsRun(from))
                return Warning(from, "may have been");
            using var run = RunFolder.OpenForReading(from);
            var other = run.ReadExperiment();
            if (Trained(other) != Trained(experiment))
                return Warning(from, "was");
            from = Origin(other);
        }
        return null;

        static string? Origin(Experiment experiment) => experiment.Pretrain.From ?? experiment.Pretrain.Start;
        string Warning(string from, string verb) => FormattableString.Invariant(
            $"pretrain.{(experiment.Pretrain.From is null ? "start" : "from")}: the backbone of {from} {verb} trained on images that this run holds out for validation ({experiment.Data.Validation}); accuracy on them will be too high");
    }

    // What decides on which images a run trains.
    static (string Name, int Train, int Validation, int? Limit, ulong Seed) Trained(Experiment experiment) =>
        (experiment.Data.Name, experiment.Data.Train, experiment.Data.Validation, experiment.Data.Limit, experiment.Data.Seed ?? experiment.Seed);
}
