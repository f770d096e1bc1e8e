using System.Diagnostics;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Trainings;
using Heliograph.Statistics;
using Heliograph.Training.Data;
using Heliograph.Training.Modules;
using Heliograph.Training.Optimisers;
using Heliograph.Training.Recipes;
using Heliograph.Training.Torch;
using static TorchSharp.torch;

namespace Heliograph.Training.Loop;

/// <summary>One batch's loss.</summary>
/// <param name="Loss">Mean over the batch, with its graph.</param>
/// <param name="Images">In the batch.</param>
/// <param name="Correct">Images classified correctly; null if nothing is classified.</param>
public readonly record struct BatchLoss(Tensor Loss, int Images, long? Correct);

/// <summary>A training: what is trained, on what, with what loss.</summary>
/// <typeparam name="TBatch">What a batch is made of.</typeparam>
public sealed record TrainingTask<TBatch>
{
    /// <summary>Name of the step.</summary>
    public required string Step { get; init; }

    /// <summary>Which training of the step.</summary>
    public int Phase { get; init; }

    /// <summary>What is trained; layer names are unique over all of them.</summary>
    public required IReadOnlyList<NetworkModule> Modules { get; init; }

    /// <summary>Epochs, rates and so on.</summary>
    public required TrainingOptions Options { get; init; }

    /// <summary>Batches in an epoch.</summary>
    public required int BatchesPerEpoch { get; init; }

    /// <summary>The batches of an epoch from a given one on; a pure function of its arguments.</summary>
    public required Func<int, int, IEnumerable<TBatch>> Batches { get; init; }

    /// <summary>Forward pass of a batch; the iteration, counted over the epochs, may key random draws.</summary>
    public required Func<TBatch, long, BatchLoss> Loss { get; init; }

    /// <summary>Measures on <see cref="TrainingSession.Measured"/> after an epoch (see <see cref="TrainingOptions.MeasureEvery"/>); null to measure nothing.</summary>
    public Func<Measurement>? Validate { get; init; }

    /// <summary>Also measure what is there before training, as epoch 0.</summary>
    public bool MeasureFirst { get; init; }

    /// <summary>Batches, counted over the epochs, after which the training pauses with a checkpoint, from which a task of the next phase may go on; null trains to the end.</summary>
    public long? PauseAfter { get; init; }

    /// <summary>Under what name trackers see its values; null for the step and, from 1 on, the phase.</summary>
    public string? Series { get; init; }
}

/// <summary>
/// Trains a task epoch by epoch, writes metrics and checkpoints, and continues from a checkpoint bit for bit: libtorch's generator is reseeded
/// for every batch from the run's seed and the position.
/// </summary>
public sealed class TrainingLoop(TrainingSession session)
{
    const int BatchesBetweenReturns = 50, LossesPerEpoch = 20, SharesBetweenSaves = 10;

    static readonly TimeSpan Unnoticed = TimeSpan.FromSeconds(0.2);

    TimeSpan lastSave;

    /// <summary>Trains until the last epoch is done, or until the task pauses.</summary>
    /// <param name="task">What to train; the modules hold the result.</param>
    /// <param name="resume">Where to continue, or null to start.</param>
    /// <returns>The measurement after the last epoch; null if nothing was measured, nothing was left to train, or the training pauses.</returns>
    /// <exception cref="OperationCanceledException">Stopped on request, after writing a checkpoint.</exception>
    public Measurement? Train<TBatch>(TrainingTask<TBatch> task, Checkpoint? resume = null)
    {
        using var state = new State(task.Modules, task.Options, task.Step, task.Phase);
        if (resume is null)
            Save(state, 0);
        else
            Restore(state, resume, task.BatchesPerEpoch);
        // Where a new phase goes on from the end of the one before, what was done between them need not be done again.
        if (resume is not null && resume.Position.Phase != task.Phase)
            Save(state, Iteration(task, state));
        // After the first checkpoint, from which a training that was killed here continues.
        if (task.MeasureFirst && state is { Epoch: 0, Batch: 0 })
            MeasureFirst(task);

        GiveBackMemory();
        var sinceCheckpoint = Stopwatch.StartNew();
        var rate = new RateMeter();
        Measurement? measured = null;
        bool Pauses() => state.Batch < task.BatchesPerEpoch && task.PauseAfter == Iteration(task, state);
        while (!Pauses() && state.Epoch < task.Options.Epochs)
        {
            var watch = Stopwatch.StartNew();
            foreach (var batch in task.Batches(state.Epoch, state.Batch))
            {
                long iteration = Iteration(task, state);
                double learningRate = LearningRate.At(task.Options, iteration, task.BatchesPerEpoch);
                Step(task, batch, iteration, learningRate, state);
                state.Batch++;
                if (state.Batch % Math.Max(1, task.BatchesPerEpoch / LossesPerEpoch) == 0)
                    session.Tracker.Scalar($"{Tag(task)}/batchLoss", state.LastLoss, iteration + 1);
                // Cached feature maps are not images.
                if (state.Correct is not null)
                    session.Throughput.Add(state.LastImages, watch.Elapsed.TotalSeconds);
                rate.Add(state.LastImages);
                session.Reporter.Progress(Progress(task, state, iteration + 1, rate));

                bool stop = session.Cancellation.IsCancellationRequested;
                if (stop || sinceCheckpoint.Elapsed.TotalMinutes >= session.Experiment.Checkpoint.Minutes && state.Batch < task.BatchesPerEpoch)
                {
                    Save(state, iteration + 1);
                    sinceCheckpoint.Restart();
                }
                session.Cancellation.ThrowIfCancellationRequested();
                if (state.Batch % BatchesBetweenReturns == 0)
                    TorchRuntime.ReturnFreedMemory();
                if (Pauses())
                    break;
                watch.Restart();
            }
            if (Pauses())
                break;
            // Before the epoch is measured: a run that is stopped while it measures does not train the epoch again.
            if (IsWorthWhile(sinceCheckpoint.Elapsed))
            {
                Save(state, Iteration(task, state));
                sinceCheckpoint.Restart();
            }
            measured = FinishEpoch(task, state, rate);
            GiveBackMemory();
        }
        if (Pauses())
        {
            Save(state, Iteration(task, state));
            return null;
        }
        state.Average?.Finish();
        return measured;
    }

    static long Iteration<TBatch>(TrainingTask<TBatch> task, State state) => (long)state.Epoch * task.BatchesPerEpoch + state.Batch;

    void Step<TBatch>(TrainingTask<TBatch> task, TBatch batch, long iteration, double learningRate, State state)
    {
        using var scope = NewDisposeScope();
        manual_seed((long)(RandomStream.Seed(session.Experiment.Seed, $"{task.Step}.{task.Phase}", iteration) >> 1));
        var result = task.Loss(batch, iteration);
        result.Loss.backward();
        foreach (var optimizer in state.Optimizers)
            optimizer.Step(learningRate);
        state.Average?.Update(iteration + 1, (long)task.Options.Epochs * task.BatchesPerEpoch);
        double loss = result.Loss.item<float>();
        if (!double.IsFinite(loss))
        {
            throw new InvalidDataException(
                $"{task.Step}: the loss became {loss} in epoch {state.Epoch + 1}, batch {state.Batch + 1}; a lower {session.Recipe.Step(task.Step).Options}.rate may help");
        }
        state.LastLoss = loss;
        state.LossSum += loss * result.Images;
        state.Seen += result.Images;
        state.Correct = result.Correct is { } correct ? (state.Correct ?? 0) + correct : null;
        state.LastImages = result.Images;
    }

    void MeasureFirst<TBatch>(TrainingTask<TBatch> task)
    {
        if (task.Validate?.Invoke() is not { } measured)
            return;
        session.Run.Append(new EpochMetrics(
            task.Step, task.Phase, Epoch: 0, Iteration: 0, null, null, null, session.Measured.Name, measured.Accuracy.Top1, null, Math.Round(session.Clock.Seconds, 3)));
        session.Reporter.Line($"{task.Step}: before training" + FormattableString.Invariant($"  {session.Measured.Name} {measured.Accuracy.Top1:0.00} %"));
    }

    Measurement? FinishEpoch<TBatch>(TrainingTask<TBatch> task, State state, RateMeter rate)
    {
        state.Epoch++;
        bool measures = state.Epoch % task.Options.MeasureEvery == 0 || state.Epoch == task.Options.Epochs;
        var measured = measures ? Measure(task, state) : null;
        string set = session.Measured.Name;
        long iteration = (long)state.Epoch * task.BatchesPerEpoch;
        double loss = state.LossSum / state.Seen;
        double? top1 = 100.0 * state.Correct / state.Seen;
        double lastRate = LearningRate.At(task.Options, iteration - 1, task.BatchesPerEpoch);
        session.Run.Append(new EpochMetrics(task.Step, task.Phase, state.Epoch, iteration, lastRate, loss, top1, measured is null ? null : set, measured?.Accuracy.Top1,
            rate.Overall is { } overall ? Math.Round(overall, 2) : null, Math.Round(session.Clock.Seconds, 3)));
        string tag = Tag(task);
        session.Tracker.Scalar($"{tag}/loss", loss, iteration);
        session.Tracker.Scalar($"{tag}/rate", lastRate, iteration);
        if (top1 is { } t)
            session.Tracker.Scalar($"{tag}/trainTop1", t, iteration);
        if (measured is not null)
            session.Tracker.Scalar($"{tag}/{set}Top1", measured.Accuracy.Top1, iteration);
        session.Reporter.Line(string.Create(System.Globalization.CultureInfo.InvariantCulture,
            $"{task.Step}: epoch {state.Epoch}/{task.Options.Epochs}  loss {loss:0.0000}")
            + (top1 is { } a ? FormattableString.Invariant($"  train {a:0.00} %") : "")
            + (measured is { } m ? FormattableString.Invariant($"  {set} {m.Accuracy.Top1:0.00} %") : "")
            + (rate.Overall is { } speed ? FormattableString.Invariant($"  {speed:0} images/s") : ""));
        (state.Batch, state.LossSum, state.Seen, state.Correct) = (0, 0, 0, null);
        rate.Restart();
        return measured;
    }

    static string Tag<TBatch>(TrainingTask<TBatch> task) => task.Series ?? (task.Phase == 0 ? task.Step : $"{task.Step}.{task.Phase}");

    static Measurement? Measure<TBatch>(TrainingTask<TBatch> task, State state)
    {
        using var average = task.Validate is null ? null : state.Average?.Use();
        return task.Validate?.Invoke();
    }

    // Between trainings, after a checkpoint and after a measurement there is garbage of the size of the network, or several times that.
    static void GiveBackMemory()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        TorchRuntime.ReturnFreedMemory();
    }

    static RunProgress Progress<TBatch>(TrainingTask<TBatch> task, State state, long done, RateMeter rate)
    {
        long all = (long)task.Options.Epochs * task.BatchesPerEpoch;
        double perBatch = state.LastImages / Math.Max(rate.Recent, 1e-9);
        return new(task.Step, $"epoch {state.Epoch + 1}/{task.Options.Epochs}", (double)done / all, rate.Recent, state.LossSum / state.Seen,
            100.0 * state.Correct / state.Seen, TimeSpan.FromSeconds((all - done) * perBatch));
    }

    // On a GPU an epoch of seconds may take no longer than writing what it has learnt.
    bool IsWorthWhile(TimeSpan trained) => lastSave < Unnoticed || trained >= SharesBetweenSaves * lastSave;

    string Computed => $"{session.Precision} on {session.Device.type}".ToLowerInvariant();

    void Save(State state, long iteration)
    {
        var watch = Stopwatch.StartNew();
        var metrics = session.Run.MarkMetrics();
        var position = new CheckpointPosition
        {
            Step = state.Step,
            Phase = state.Phase,
            Epoch = state.Epoch,
            Batch = state.Batch,
            LossSum = state.LossSum,
            Correct = state.Correct,
            Seen = state.Seen,
            Seconds = session.Clock.Seconds,
            MetricsBytes = metrics.Bytes,
            MetricsSha256 = metrics.Sha256,
            Threads = get_num_threads(),
            Computed = Computed,
        };
        session.Run.Save(new(position, [.. state.Modules.Select(module => module.Network)],
            [.. state.Modules.Select(module => module.StateSources())], state.Optimizers.SelectMany(optimizer => optimizer.State()))
        {
            Average = state.Average?.State() ?? [],
        }, iteration);
        GiveBackMemory();
        lastSave = watch.Elapsed;
    }

    void Restore(State state, Checkpoint resume, int batchesPerEpoch)
    {
        if (resume.Networks.Count != state.Modules.Count)
            throw new InvalidDataException($"the checkpoint of step {state.Step} belongs to another network");
        var position = resume.Position;
        if (position.Batch > batchesPerEpoch)
            throw new InvalidDataException($"the checkpoint of step {state.Step} is at batch {position.Batch}, but an epoch has {batchesPerEpoch}: it belongs to another data set");
        // Parameters are changed in place: the optimiser holds the same tensors.
        for (int i = 0; i < state.Modules.Count; i++)
            state.Modules[i].Restore(resume.States[i]);
        foreach (var optimizer in state.Optimizers)
            optimizer.Restore(resume.Momenta);
        state.Average?.Restore(resume.Average);
        (state.Epoch, state.Batch) = (position.Epoch, position.Batch);
        (state.LossSum, state.Seen, state.Correct) = (position.LossSum, position.Seen, position.Correct);
        if (new MetricsMark(position.MetricsBytes, position.MetricsSha256).LostIn(session.Run.MetricsPath) is { } lost)
            session.Reporter.Warning(lost);
        session.Run.TruncateMetrics(position.MetricsBytes);
        if (position.Phase != state.Phase)
            return;
        session.Reporter.Line(FormattableString.Invariant($"{state.Step}: continues in epoch {state.Epoch + 1}, after batch {state.Batch} of {batchesPerEpoch}"));
        if (position.Threads != get_num_threads() || position.Computed != Computed)
        {
            session.Reporter.Warning(
                $"{state.Step} was computed by {position.Threads} threads, {position.Computed}, and continues with {get_num_threads()}, {Computed}: the result will differ slightly from that of an uninterrupted run");
        }
    }

    sealed class State(IReadOnlyList<NetworkModule> modules, TrainingOptions options, string step, int phase) : IDisposable
    {
        public IReadOnlyList<NetworkModule> Modules => modules;
        public IReadOnlyList<IOptimizer> Optimizers { get; } = OptimizerFactory.Create(options, modules);
        public WeightAverage? Average { get; } = options.Average == AverageName.None ? null
            : new(modules, options.Average, options.AverageDecay, options.AverageEvery);
        public string Step => step;
        public int Phase => phase;
        public int Epoch { get; set; }
        public int Batch { get; set; }
        public double LossSum { get; set; }
        public long Seen { get; set; }
        public long? Correct { get; set; }
        public int LastImages { get; set; }
        public double LastLoss { get; set; }

        public void Dispose()
        {
            foreach (var optimizer in Optimizers)
                optimizer.Dispose();
            Average?.Dispose();
        }
    }
}

/// <summary>Images a second, over all time since the start and lately.</summary>
sealed class RateMeter
{
    readonly Stopwatch watch = Stopwatch.StartNew();
    readonly Queue<(double At, long Images)> recent = new();
    long images;

    /// <summary>Null before the first batch: a run may resume when only the measurement of an epoch was left.</summary>
    public double? Overall => images > 0 ? images / Math.Max(watch.Elapsed.TotalSeconds, 1e-9) : null;

    public double Recent => recent.Count < 2 ? Overall ?? 0
        : (images - recent.Peek().Images) / Math.Max(watch.Elapsed.TotalSeconds - recent.Peek().At, 1e-9);

    public void Add(int count)
    {
        images += count;
        recent.Enqueue((watch.Elapsed.TotalSeconds, images));
        while (recent.Count > 20)
            recent.Dequeue();
    }

    public void Restart()
    {
        watch.Restart();
        images = 0;
        recent.Clear();
    }
}
