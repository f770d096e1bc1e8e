using Heliograph.Training.Data;
using Heliograph.Training.Evaluation;
using Heliograph.Training.Objectives;
using Heliograph.Training.Pruning;
using Heliograph.Training.Runs;
using Heliograph.Training.Torch;
using TorchSharp;

namespace Heliograph.Training.Steps;

/// <summary>How a call to train went.</summary>
/// <param name="Steps">Results of all finished steps, in order.</param>
/// <param name="Evaluation">Null when the run stopped before it.</param>
/// <param name="ImagesPerSecond">Of the training loops of this call; null when nothing was trained.</param>
public sealed record PipelineResult(ValueList<StepResult> Steps, EvaluationResult? Evaluation, double? ImagesPerSecond);

/// <summary>The paper's four steps in order, and the measurement of what they made.</summary>
public static class Pipeline
{
    static readonly Step[] Steps = [new PretrainStep(), new PruneStep(), new AutoencoderStep(), new JointStep()];

    /// <summary>Names of the steps, in order.</summary>
    public static IReadOnlyList<string> StepNames { get; } = [.. Steps.Select(step => step.Name)];

    /// <summary>Does what is left to do of a run.</summary>
    /// <param name="run">A folder open for work.</param>
    /// <param name="experiment">Must agree with what the run has done so far.</param>
    /// <param name="dataFolder">Where to look for data first; null for the usual places.</param>
    /// <param name="until">Name of the last step to do; null for all and the evaluation.</param>
    /// <param name="reporter">Hears how it goes.</param>
    /// <param name="cancellation">Asks to stop with a checkpoint.</param>
    /// <exception cref="UsageException">The experiment does not fit the run, or the data.</exception>
    /// <exception cref="OperationCanceledException">Stopped on request.</exception>
    public static PipelineResult Run(
        RunFolder run, Experiment experiment, string? dataFolder, string? until, IRunReporter reporter, CancellationToken cancellation)
    {
        int last = until is null ? Steps.Length - 1 : StepNames.ToList().IndexOf(until);
        if (last < 0)
            throw new UsageException($"there is no step '{until}'; they are {string.Join(", ", StepNames)}");
        var device = TorchRuntime.Resolve(experiment.Device);
        var data = RunData.Load(run, experiment, dataFolder, reporter.Warning);
        // What cannot be trained is refused before anything is written.
        var backbone = experiment.Backbone(data);
        experiment = experiment with { Code = experiment.Code.At(experiment.Split, backbone) };
        if (!RunFolder.IsRun(run.Path))
            experiment.Prune.CheckBudget("prune.");
        _ = new PruningPlan(experiment, backbone);
        if (run.ResultOf(StepNames[0]) is null)
            PretrainStep.Check(experiment.Pretrain, backbone, data);
        Teacher.Check(experiment, data, step => run.ResultOf(step) is not null);

        RunAgreement.Check(run, experiment, StepNames);
        if (HeldOut.Doubt(experiment) is { } doubt && run.ResultOf(StepNames[0]) is null)
            reporter.Warning(doubt);
        EvaluationFiles.ForgetUnless(experiment.Evaluation, run);
        run.Write(experiment);
        RunData.Keep(run, data);
        if (!run.HasCheckpoint && StepNames.Select(run.ResultOf).LastOrDefault(done => done is not null)?.Metrics?.LostIn(run.MetricsPath) is { } lost)
            reporter.Warning(lost);
        var computation = Computation.Choose(run, experiment, data, device, reporter, cancellation);
        TorchRuntime.UseThreads(computation.Threads);
        RunEnvironment.Append(run, computation.Precision, device);
        var board = new TensorBoard(run.In("tensorboard"));
        var session = new TrainingSession
        {
            Run = run,
            Experiment = experiment,
            Data = data,
            Device = device,
            Precision = computation.Precision,
            Reporter = reporter,
            Scalar = board.Scalar,
            Cancellation = cancellation,
        };
        for (int i = 0; i <= last; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            Do(Steps[i], session);
        }
        StepResult[] results = [.. StepNames.Select(run.ResultOf).OfType<StepResult>()];
        return new(results, last == Steps.Length - 1 ? Evaluate(session) : null, session.Throughput.ImagesPerSecond);
    }

    static void Do(Step step, TrainingSession session)
    {
        if (session.Run.ResultOf(step.Name) is { } done)
        {
            session.Reporter.Line(FormattableString.Invariant($"{step.Name}: done before, {done.MeasuredOn} accuracy {done.Top1:0.00} %"));
            return;
        }
        var resume = session.Run.NewestCheckpoint(step.Name, session.Reporter.Warning);
        session.Run.BeginStep(step.Name);
        session.Clock.Start(resume?.Position.Seconds ?? 0);
        if (resume is null)
        {
            // Of an attempt that left no checkpoint that can be used.
            session.Run.ForgetMetrics(step.Name);
            session.Reporter.Line($"{step.Name}: begins");
        }
        var (measured, note) = step.Run(session, resume);
        // What was measured of an earlier step's pair is not this one's.
        EvaluationFiles.Forget(session.Run);
        HitsFile.Write(EvaluationFiles.HitsPath(session.Run, step.Name), Hits.Of(session.Measured, session.Experiment.Seed, HitsAt.Of(measured)));
        session.Run.Finish(new(step.Name, measured.Accuracy.Top1, measured.Accuracy.Top5, session.Clock.Seconds, note)
        { MeasuredOn = session.Measured.Name, Metrics = session.Run.MarkMetrics() });
        session.Reporter.Line(FormattableString.Invariant($"{step.Name}: done in {session.Clock.Seconds:0} s, {session.Measured.Name} accuracy {measured.Accuracy.Top1:0.00} %")
            + (note is null ? "" : $" ({note})"));
    }

    static EvaluationResult Evaluate(TrainingSession session)
    {
        if (EvaluationFiles.Read(session.Run) is { } done)
            return done;
        string set = MeasuredSet.ForEvaluation(session.Data, session.Experiment.Evaluation.Set).Name;
        session.Reporter.Line(FormattableString.Invariant($"evaluation: {session.Experiment.Evaluation.Snr} dB, {session.Experiment.Evaluation.Draws} noise draws each, on the {set} set"));
        var (result, hits) = PairEvaluation.Measure(TrainedPair.Of(session.Run), session.Experiment, session.Data, session.Device,
            session.Reporter, session.Cancellation);
        EvaluationFiles.Write(session.Run.Path, result, hits);
        return result;
    }
}
