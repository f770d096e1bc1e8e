using Heliograph.Codes;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Models;
using Heliograph.Training.Objectives;
using Heliograph.Training.Pruning;
using Heliograph.Training.Torch;
using Heliograph.Training.Tracking;
using TorchSharp;

namespace Heliograph.Training.Recipes;

/// <summary>How a call to train went.</summary>
/// <param name="Steps">Results of all finished steps, in order.</param>
/// <param name="IsComplete">True when no step is left: the pair can be evaluated.</param>
/// <param name="ImagesPerSecond">Of the training loops of this call; null when nothing was trained.</param>
/// <param name="Session">What the steps worked with.</param>
public sealed record PipelineResult(ValueList<StepResult> Steps, bool IsComplete, double? ImagesPerSecond, TrainingSession Session);

/// <summary>Runs the steps of a recipe in order, except those that are already done.</summary>
public static class Pipeline
{
    /// <summary>Does what is left to do of a run.</summary>
    /// <param name="run">A folder open for work.</param>
    /// <param name="experiment">Must agree with what the run has done so far.</param>
    /// <param name="dataFolder">Where to look for data first; null for the usual places.</param>
    /// <param name="until">Name of the last step to do; null for all.</param>
    /// <param name="reporter">Hears how it goes.</param>
    /// <param name="cancellation">Asks to stop with a checkpoint.</param>
    /// <param name="tracker">Follows the values; null for TensorBoard's files in the run's folder.</param>
    /// <exception cref="UsageException">The experiment does not fit the run, or the data.</exception>
    /// <exception cref="OperationCanceledException">Stopped on request.</exception>
    public static PipelineResult Run(
        RunFolder run, Experiment experiment, string? dataFolder, string? until, IRunReporter reporter, CancellationToken cancellation, ITracker? tracker = null)
    {
        tracker ??= new TensorBoardTracker();
        var recipe = experiment.Steps();
        var last = until is null ? recipe.Steps[^1] : recipe.Step(until);
        experiment.Evaluation.CheckOwn();
        var device = TorchRuntime.Resolve(experiment.Device);
        var data = RunDataSet.Load(run, experiment, dataFolder, reporter.Warning);
        experiment = Checked(run, experiment, data);
        RunAgreement.Check(run, experiment);
        if (HeldOut.Doubt(experiment) is { } doubt && run.ResultOf(recipe.StepNames[0]) is null)
            reporter.Warning(doubt);
        EvaluationFiles.ForgetUnless(experiment.Evaluation, run);
        run.Write(experiment);
        RunDataSet.Keep(run, data);
        if (!run.HasCheckpoint && recipe.StepNames.Select(run.ResultOf).LastOrDefault(done => done is not null)?.Metrics?.LostIn(run.MetricsPath) is { } lost)
            reporter.Warning(lost);
        var computation = Computation.Choose(run, experiment, data, device, reporter, cancellation);
        TorchRuntime.UseThreads(computation.Threads);
        RunEnvironment.Append(run, typeof(torch.Device).Assembly.GetName().Version?.ToString(), TorchRuntime.Version, torch.get_num_threads(), device.ToString(), computation.Precision);
        var session = new TrainingSession
        {
            Run = run,
            Experiment = experiment,
            Data = data,
            Device = device,
            Precision = computation.Precision,
            Reporter = reporter,
            Tracker = tracker,
            Cancellation = cancellation,
        };
        tracker.Begin(run.Path, OptionsBinder.Flatten(experiment));
        foreach (var step in recipe.Steps)
        {
            cancellation.ThrowIfCancellationRequested();
            Do(StepCatalogue.Of(step), session);
            if (step == last)
                break;
        }
        StepResult[] results = [.. recipe.StepNames.Select(run.ResultOf).OfType<StepResult>()];
        return new(results, last == recipe.Steps[^1], session.Throughput.ImagesPerSecond, session);
    }

    // What cannot be trained is refused before anything is written.
    static Experiment Checked(RunFolder run, Experiment experiment, DataSet data)
    {
        var backbone = ExperimentBackbone.Of(experiment, data);
        var recipe = experiment.Steps();
        if (experiment.Modes() is { } modes)
            _ = ElasticCode.Encoder(backbone.SplitAt(experiment.Split).Device.Output, modes);
        experiment = experiment.Resolved(backbone);
        if (recipe.Steps.Contains(LearnedRecipes.PruneSplit))
            PruneSplitStep.Check(experiment, backbone);
        if (recipe.Code == CodeKind.Image)
            _ = ImageCode.Encoder(data.Train.Shape, experiment.Code.Channels, experiment.Image.Layers);
        if (Retrieval.IsTaskOf(recipe))
            _ = GalleryImages.Of(data, experiment.Retrieval.Gallery, experiment.Seed);
        if (recipe.Steps.Any(step => step.Prunes))
        {
            if (!RunFolder.IsRun(run.Path))
                experiment.Prune.CheckBudget(new("prune."));
            _ = new PruningPlan(experiment, backbone);
        }
        if (run.ResultOf(recipe.StepNames[0]) is null)
            PretrainStep.Check(experiment.Pretrain, backbone, data);
        Teacher.Check(experiment, data, step => run.ResultOf(step) is not null);
        return experiment;
    }

    static void Do(Step step, TrainingSession session)
    {
        if (session.Run.ResultOf(step.Name) is { } done)
        {
            session.Reporter.Line(FormattableString.Invariant($"{step.Name}: already done, {done.MeasuredOn} accuracy {done.Top1:0.00} %"));
            return;
        }
        var resume = session.Run.NewestCheckpoint(step.Name, session.Reporter.Warning);
        session.Run.BeginStep(step.Name);
        session.Clock.Start(resume?.Position.Seconds ?? 0);
        if (resume is null)
        {
            // Of an attempt that left no checkpoint that can be used.
            session.Run.ForgetMetrics(step.Name);
            session.Reporter.Line($"{step.Name}: starting");
        }
        var (measured, note) = step.Run(session, resume);
        // What was measured of an earlier step's pair is not this one's.
        EvaluationFiles.Forget(session.Run);
        HitsFile.Write(EvaluationFiles.HitsPath(session.Run, step.Name), session.Measured.Hits(session.Experiment.Seed, HitsAt.Of(measured)));
        session.Run.Finish(new(step.Name, measured.Accuracy.Top1, measured.Accuracy.Top5, session.Clock.Seconds, note)
        { MeasuredOn = session.Measured.Name, Metrics = session.Run.MarkMetrics() });
        session.Reporter.Line(FormattableString.Invariant($"{step.Name}: done in {session.Clock.Seconds:0} s, {session.Measured.Name} accuracy {measured.Accuracy.Top1:0.00} %")
            + (note is null ? "" : $" ({note})"));
    }
}
