using Heliograph.Experiments;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Pairs;

namespace Heliograph.Evaluation.Tests;

/// <summary>Run folders as trainings leave them, without networks.</summary>
static class SomeRuns
{
    /// <summary>A finished run, measured at −6 and 14.5 dB.</summary>
    /// <param name="folder">Where.</param>
    /// <param name="experiment">Its experiment.</param>
    /// <param name="symbols">B.</param>
    /// <param name="top1">Accuracy at 14.5 dB, in percent; at −6 dB it is half of that.</param>
    /// <param name="macs">Of the device half.</param>
    public static void Write(string folder, Experiment experiment, int symbols, double top1, long macs = 1_000_000)
    {
        using var run = RunFolder.OpenForWork(folder);
        run.Write(experiment);
        foreach (var step in experiment.Steps().Steps)
        {
            run.BeginStep(step.Name);
            run.Finish(new(step.Name, top1, 100, 60));
        }
        Json.WriteSealed(run.In("evaluation.json"), new EvaluationResult(run.Name, experiment.Split, symbols, macs, 75, top1 + 1,
            [new(-6, top1 / 2, 0.5, 100), new(14.5, top1, 0.25, 100)])
        {
            Images = 100,
            Draws = 2,
            Seed = experiment.Seed,
        });
    }

    /// <summary>A run that has just begun, or come as far as a step.</summary>
    public static void Begin(string folder, Experiment experiment, params string[] steps)
    {
        using var run = RunFolder.OpenForWork(folder);
        run.Write(experiment);
        foreach (string step in steps)
        {
            run.BeginStep(step);
            run.Finish(new(step, 70, 90, 1));
        }
    }
}
