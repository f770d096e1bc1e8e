using Heliograph.Evaluation.OverSnr;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Runs;
using Heliograph.Training.Data;
using Heliograph.Training.Models;
using Heliograph.Training.Torch;

namespace Heliograph.Cli.Commands;

/// <summary>What <c>heliograph evaluate</c> does with a backbone: there is no channel.</summary>
static class EvaluateBackbone
{
    /// <summary>True for what holds a backbone but no pair: a file, the name of one that ships, or a run that has no pair yet.</summary>
    public static bool Suits(string source)
    {
        if (!RunFolder.IsRun(source))
            return File.Exists(source) || !Directory.Exists(source) && ShippedModels.Find(source) is not null;
        using var run = RunFolder.OpenForReading(source);
        return run.ReadExperiment().Steps() is { Sends: Sent.Symbols } recipe && run.ResultOf(recipe.StepNames[0]) is not null
            && !recipe.Steps.Any(step => step.Leaves == Artifact.Halves && run.ResultOf(step.Name) is not null);
    }

    public static int Run(string source, string[] overrides, string? to, string? dataFolder, bool json, CancellationToken interrupt)
    {
        if (File.Exists(to))
            throw new UsageException($"--to: {to} is a file, not a folder");
        var experiment = ExperimentOf(source, overrides);
        TorchRuntime.UseThreads(experiment.Threads);
        var device = TorchRuntime.ForMeasuring(experiment.Device);
        var result = Reporters.Run(toStandardError: json, reporter =>
        {
            var data = Load(source, experiment, dataFolder, reporter.Warning);
            var (measured, hits) = BackboneEvaluation.Measure(TrainedBackbone.Of(source, ExperimentBackbone.Of(experiment, data)), experiment, data, device, interrupt);
            if (to is not null)
                EvaluationFiles.Write(to, measured, hits);
            return measured;
        });
        if (json)
            Output.PrintJson(result);
        else
            Output.Line(FormattableString.Invariant(
                $"{result.Backbone}: {result.Macs:N0} MACs; {result.Images:N0} images of {result.Data}'s {result.Set} set: top-1 {result.Top1:0.00} %, top-5 {result.Top5:0.00} %"));
        return 0;
    }

    static DataSet Load(string source, Experiment experiment, string? dataFolder, Action<string> warning)
    {
        if (!RunFolder.IsRun(source))
            return DataSets.Load(experiment.Data, dataFolder, experiment.Seed, warning);
        using var run = RunFolder.OpenForReading(source);
        return RunDataSet.Load(run, experiment, dataFolder, warning);
    }

    /// <summary>The experiment of a backbone's run or file; a file that does not tell it is taken for one of CIFAR-100 unless data.name says otherwise.</summary>
    public static Experiment ExperimentOf(string source, string[] overrides)
    {
        if (RunFolder.IsRun(source))
        {
            string path = Path.Combine(source, "experiment.yaml");
            return OptionsBinder.Bind<Experiment>(ExperimentFiles.ReadText(path), path, overrides);
        }
        return OptionsBinder.Bind<Experiment>(TrainedBackbone.CardOf(source)?.Experiment ?? "", source, overrides);
    }
}
