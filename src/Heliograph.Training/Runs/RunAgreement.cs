using Heliograph.Training.Optimisers;
using Heliograph.Training.Steps;

namespace Heliograph.Training.Runs;

/// <summary>A run may only be continued with the experiment it began with, as far as it has come.</summary>
static class RunAgreement
{
    // May differ at any time: they change where and how fast, or what is measured, not what is trained.
    static readonly string[] Free = ["device", "precision", "threads", "checkpoint.", "evaluation.", "data.path", "autoencoder.cacheShare", ".measureEvery"];

    /// <summary>Refuses an experiment that contradicts what the run has done or begun.</summary>
    /// <exception cref="UsageException">A key differs that cannot any more.</exception>
    public static void Check(RunFolder run, Experiment experiment, IReadOnlyList<string> steps)
    {
        if (!RunFolder.IsRun(run.Path))
            return;
        var earlier = run.ReadExperiment();
        var before = OptionsBinder.Flatten(earlier);
        foreach (var (key, value) in OptionsBinder.Flatten(experiment))
        {
            string old = before.GetValueOrDefault(key, "");
            if (old == value || Free.Any(free => Matches(key, free)))
                continue;
            // The options of a step bind only once it has begun.
            string? step = steps.FirstOrDefault(name => key.StartsWith(name + ".", StringComparison.Ordinal));
            if (step is not null && (!Directory.Exists(run.In("steps", step)) || IsYetToCome(key, step)))
                continue;
            throw new UsageException($"the run {run.Path} has {key}: {old}, not {value}; give another --run for another experiment");
        }

        // A key, or its beginning or end where the other side of the dot is left open.
        static bool Matches(string key, string free) => key == free
            || free.EndsWith('.') && key.StartsWith(free, StringComparison.Ordinal)
            || free.StartsWith('.') && key.EndsWith(free, StringComparison.Ordinal);

        // How long the rate is held and falls may differ until it falls: what was trained so far does not depend on it.
        bool IsYetToCome(string key, string step) =>
            (key == $"{step}.epochs" || key == $"{step}.hold") && run.ResultOf(step) is null
            && FallOf(earlier, step) is { } old && FallOf(experiment, step) is { } now && run.EpochsBegun(step) <= Math.Min(old, now);
    }

    // Epochs before the rate begins to fall; null where it is not held or something else follows the progress, and for pruning, which trains several times.
    static double? FallOf(Experiment experiment, string step)
    {
        TrainingOptions? options = step switch
        {
            "pretrain" => experiment.Pretrain,
            "autoencoder" => experiment.Autoencoder,
            "joint" => experiment.Joint,
            _ => null,
        };
        bool depends = options is null or { Schedule: Schedule.Step } or { Average: AverageName.Lookahead } || experiment.Augment.Mixes;
        return depends ? null : options!.Warmup + options.Hold;
    }
}
