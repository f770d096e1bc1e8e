using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Trainings;

namespace Heliograph.Experiments.Runs;

/// <summary>A run can only be continued with the experiment that it started with, as far as it has progressed; each option says until when it may change.</summary>
static class RunAgreement
{
    /// <summary>Refuses an experiment that contradicts what the run has done or started.</summary>
    /// <exception cref="UsageException">A key differs that cannot any more.</exception>
    public static void Check(RunFolder run, Experiment experiment)
    {
        if (!RunFolder.IsRun(run.Path))
            return;
        // Earlier versions did not record what other options decide.
        var recorded = run.ReadExperiment();
        var earlier = recorded.Resolved(recorded.Code);
        experiment = experiment.Resolved(experiment.Code);
        var before = OptionsBinder.Flatten(earlier);
        var schema = OptionsSchema.Of(typeof(Experiment));
        foreach (var (key, value) in OptionsBinder.Flatten(experiment))
        {
            string old = before.GetValueOrDefault(key, "");
            if (old != value && !MayDiffer(key))
                throw new UsageException($"the run {run.Path} has {key}: {old}, not {value}; use another folder for another experiment");
        }

        bool MayDiffer(string key)
        {
            var until = schema.MayChange(key);
            // The options of a step are fixed only once it has started.
            StepPlan[] readers = [.. experiment.Steps().Steps.Where(step => step.Groups.Any(group => key.StartsWith(group + ".", StringComparison.Ordinal)))];
            return until == MayChange.Always
                || readers.Length > 0 && readers.All(step => !Directory.Exists(run.In("steps", step.Name)) || until == MayChange.UntilTheRateFalls && HoldsItsRate(step));
        }

        bool HoldsItsRate(StepPlan step) => run.ResultOf(step.Name) is null
            && FallOf(earlier, step) is { } old && FallOf(experiment, step) is { } now && run.EpochsBegun(step.Name) <= Math.Min(old, now);
    }

    // Epochs before the rate starts to fall; null if it is not held or something else depends on the progress, and for pruning, which trains several times.
    static double? FallOf(Experiment experiment, StepPlan step)
    {
        var options = experiment.OptionsOf(step);
        bool depends = step.Prunes || options is { Schedule: Schedule.Step } or { Average: AverageName.Lookahead } || experiment.Augment.Mixes;
        return depends ? null : options.Warmup + options.Hold;
    }
}
