using System.Diagnostics;
using Heliograph.Experiments;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Channels;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Modules;
using Heliograph.Training.Recipes;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Tests.Loop;

[Collection(TorchCollection.Name)]
public sealed class TrainingLoopTests : IDisposable
{
    static readonly Shape Shape = new(3, 16, 16);

    static readonly Network Backbone = new(Shape,
    [
        new Convolution("conv1", ["input"], 8), new BatchNorm("bn1", ["conv1"]), new Relu("relu1", ["bn1"]), new MaxPool("pool1", ["relu1"]),
        new Convolution("conv2", ["pool1"], 8), new BatchNorm("bn2", ["conv2"]), new Relu("relu2", ["bn2"]), new MaxPool("pool2", ["relu2"]),
        new Flatten("flatten", ["pool2"]), new Dropout("drop", ["flatten"], 0.3f), new Linear("fc", ["drop"], 4),
    ]);

    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    sealed class Watcher : IRunReporter
    {
        public Action<RunProgress> Seen { get; init; } = _ => { };

        public List<string> Warnings { get; } = [];

        public void Line(string text)
        {
        }

        public void Warning(string text) => Warnings.Add(text);

        public void Progress(RunProgress progress) => Seen(progress);
    }

    static readonly ImageSet Images = new(Shape, [.. Drawn.Normal(8 * Shape.Elements, 9).Select(v => (byte)(128 + 40 * v))], [0, 1, 2, 3, 0, 1, 2, 3]);

    static TrainingSession Session(RunFolder run, Watcher watcher, bool bf16 = false, CancellationToken cancellation = default) => new()
    {
        Run = run,
        Experiment = new() { Seed = 3 },
        Data = new("toy", ["a", "b", "c", "d"], Images, Images, [0.5f, 0.5f, 0.5f], [0.2f, 0.2f, 0.2f]),
        Device = CPU,
        Precision = bf16 ? Precision.Bf16 : Precision.Fp32,
        Reporter = watcher,
        Cancellation = cancellation,
    };

    /// <summary>The whole pair through the channel, on images that are a function of the position.</summary>
    static TrainingTask<(Tensor Images, Tensor Labels)> Task(NetworkModule device, NetworkModule edge, int epochs, int perEpoch = 10, JointOptions? options = null) => new()
    {
        Step = "joint",
        Modules = [device, edge],
        Options = (options ?? new()) with { Epochs = epochs, Rate = 0.02 },
        BatchesPerEpoch = perEpoch,
        Batches = (epoch, start) => Batches(epoch, start, perEpoch),
        Loss = (batch, _) =>
        {
            var symbols = device.Forward(batch.Images, training: true);
            var logits = edge.Forward(new DifferentiableAwgn().Transmit(symbols, Heliograph.Channels.Snr.FromDecibels(5)), training: true);
            return new(F.cross_entropy(logits, batch.Labels), 8, logits.detach().argmax(1).eq(batch.Labels).sum().item<long>());
        },
    };

    static IEnumerable<(Tensor, Tensor)> Batches(int epoch, int start, int perEpoch)
    {
        for (int batch = start; batch < perEpoch; batch++)
        {
            using var scope = NewDisposeScope();
            yield return (Arrays.Images(Drawn.Normal(8 * Shape.Elements, (ulong)(epoch * perEpoch + batch)), Shape), tensor(new long[] { 0, 1, 2, 3, 0, 1, 2, 3 }));
        }
    }

    static (NetworkModule Device, NetworkModule Edge) Pair(bool bf16 = false)
    {
        var split = Backbone.SplitAt("pool1");
        var map = split.Device.Output;
        Network device = split.Device.Then(JointCode.Encoder(map, 2)), edge = JointCode.Decoder(map, 2).Then(split.Edge);
        var precision = bf16 ? Precision.Bf16 : Precision.Fp32;
        return (new(device, Initialization.Draw(device, 1), CPU, precision), new(edge, Initialization.Draw(edge, 1), CPU, precision));
    }

    (Weights Device, Weights Edge) Train(string name, int stopAfter = int.MaxValue, bool resume = false, JointOptions? options = null)
    {
        using var run = RunFolder.OpenForWork(Path.Combine(folder.Path, name));
        run.Write(new());
        using var stop = new CancellationTokenSource();
        int seen = 0;
        var watcher = new Watcher
        {
            Seen = _ =>
            {
                if (++seen == stopAfter)
                    stop.Cancel();
            },
        };
        var (device, edge) = Pair();
        using (device)
        using (edge)
        {
            var session = Session(run, watcher, cancellation: stop.Token);
            var checkpoint = resume ? run.NewestCheckpoint("joint", message => Assert.Fail(message)) : null;
            Assert.Equal(resume, checkpoint is not null);
            void Go() => new TrainingLoop(session).Train(Task(device, edge, epochs: 3, options: options), checkpoint);
            if (stopAfter < int.MaxValue)
                Assert.Throws<OperationCanceledException>(Go);
            else
                Go();
            Assert.Empty(watcher.Warnings);
            return (device.ToState(), edge.ToState());
        }
    }

    [Fact]
    public void A_run_stopped_and_resumed_ends_with_the_very_weights_of_one_that_was_not()
    {
        var (device, edge) = Train("whole");
        var again = Train("again");
        foreach (int stop in (int[])[1, 13, 20, 30])
        {
            string name = $"stopped{stop}";
            Train(name, stopAfter: stop);
            var resumed = Train(name, resume: true);
            AssertEqual(device, resumed.Device);
            AssertEqual(edge, resumed.Edge);
            // Epoch by epoch the same losses, each written once.
            Assert.Equal(Losses("whole"), Losses(name));
        }
        AssertEqual(device, again.Device);
        Assert.Equal(3, Losses("whole").Length);
        Assert.NotEqual(Initialization.Draw(Backbone, 1)["conv1.weight"].Values, device["conv1.weight"].Values);
    }

    public static TheoryData<string> Ways => ["sgd", "sgd ema", "muon", "muon lookahead"];

    static JointOptions Options(string way) => new()
    {
        Optimizer = way.StartsWith("muon", StringComparison.Ordinal) ? OptimizerName.Muon : OptimizerName.Sgd,
        Average = way.EndsWith("ema", StringComparison.Ordinal) ? AverageName.Ema : way.EndsWith("lookahead", StringComparison.Ordinal) ? AverageName.Lookahead : AverageName.None,
        Schedule = Schedule.Linear,
        RateFloor = 0.1,
        BiasRate = 0.1,
        HeadRate = 0.05,
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void So_it_does_with_every_optimiser_and_average(string way)
    {
        var (device, edge) = Train(way, options: Options(way));
        foreach (int stop in (int[])[13, 30])
        {
            string name = $"{way}{stop}";
            Train(name, stopAfter: stop, options: Options(way));
            var resumed = Train(name, resume: true, options: Options(way));
            AssertEqual(device, resumed.Device);
            AssertEqual(edge, resumed.Edge);
        }
        Assert.Equal(Losses(way), Losses($"{way}13"));
    }

    [Theory]
    [InlineData("sgd ema")]
    [InlineData("muon lookahead")]
    public void A_training_that_pauses_goes_on_as_if_it_had_not(string way)
    {
        var (device, edge) = Train(way, options: Options(way));
        using var run = RunFolder.OpenForWork(Path.Combine(folder.Path, "pausing"));
        run.Write(new());
        Checkpoint? checkpoint = null;
        (Weights Device, Weights Edge) left = (Weights.Empty, Weights.Empty);
        // At the start, in the middle of an epoch, at the end of one, and at the end of the last.
        foreach (long? pause in (long?[])[0, 13, 20, 30, null])
        {
            var (deviceModule, edgeModule) = Pair();
            using (deviceModule)
            using (edgeModule)
            {
                var task = Task(deviceModule, edgeModule, 3, options: Options(way)) with { PauseAfter = pause };
                Assert.Null(new TrainingLoop(Session(run, new())).Train(task, checkpoint));
                checkpoint = run.NewestCheckpoint("joint", message => Assert.Fail(message));
                if (pause is { } after)
                    Assert.Equal(after, checkpoint!.Position.Epoch * 10 + checkpoint.Position.Batch);
                else
                    left = (deviceModule.ToState(), edgeModule.ToState());
            }
        }
        AssertEqual(device, left.Device);
        AssertEqual(edge, left.Edge);
        Assert.Equal(Losses(way), Losses("pausing"));
    }

    [Fact]
    public void A_checkpoint_of_another_optimiser_is_refused()
    {
        Train("changed", stopAfter: 13, options: Options("sgd"));
        using var run = RunFolder.OpenForWork(Path.Combine(folder.Path, "changed"));
        var checkpoint = run.NewestCheckpoint("joint", message => Assert.Fail(message));
        var (device, edge) = Pair();
        using (device)
        using (edge)
        {
            var task = Task(device, edge, 3, options: Options("sgd ema"));
            var error = Assert.Throws<InvalidDataException>(() => new TrainingLoop(Session(run, new())).Train(task, checkpoint));
            Assert.Contains("made with another", error.Message, StringComparison.Ordinal);
        }
    }

    string[] Losses(string run) => [.. File.ReadAllLines(Path.Combine(folder.Path, run, "metrics.jsonl"))
        .Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)
        .Select(metrics => $"{metrics.GetProperty("epoch")} {metrics.GetProperty("iteration")} {metrics.GetProperty("loss")} {metrics.GetProperty("trainTop1")}")];

    static void AssertEqual(Weights expected, Weights actual)
    {
        foreach (string name in expected.Keys)
            Assert.Equal(expected[name].Values, actual[name].Values);
    }

    [Fact]
    public void Accuracy_is_measured_first_where_asked_every_so_many_epochs_and_in_the_end()
    {
        using var run = RunFolder.OpenForWork(Path.Combine(folder.Path, "seldom"));
        run.Write(new());
        var (device, edge) = Pair();
        using (device)
        using (edge)
        {
            var task = Task(device, edge, 5, perEpoch: 1);
            int measured = 0;
            task = task with { Options = task.Options with { MeasureEvery = 2 }, Validate = () => new(null, new(++measured, 0), []), MeasureFirst = true };
            // The last of them is the training's result, and is not measured again.
            Assert.Equal(4, new TrainingLoop(Session(run, new())).Train(task)!.Accuracy.Top1);
            Assert.Equal(4, measured);
        }
        Assert.Equal([0, 1, 2, 3, 4, 5], run.ReadMetrics().Select(line => line.Epoch));
        Assert.Equal([1, null, 2, null, 3, 4], run.ReadMetrics().Select(line => line.Top1));
        Assert.Equal(["test", null, "test", null, "test", "test"], run.ReadMetrics().Select(line => line.MeasuredOn));
    }

    [Theory]
    [InlineData("paper", "joint", "joint.rate")]
    [InlineData("latePruning", "prunehalves", "prune.rate")]
    public void A_loss_that_is_no_number_stops_the_training_with_a_hint(string recipe, string step, string key)
    {
        using var run = RunFolder.OpenForWork(Path.Combine(folder.Path, "nan"));
        run.Write(new());
        var (device, edge) = Pair();
        using (device)
        using (edge)
        {
            var sound = Task(device, edge, 1);
            var task = sound with
            {
                Step = step,
                Loss = (batch, iteration) => sound.Loss(batch, iteration) is var result && iteration == 4 ? result with { Loss = result.Loss * float.NaN } : result,
            };
            var session = Session(run, new());
            session = session with { Experiment = session.Experiment with { Recipe = recipe } };
            string message = Assert.Throws<InvalidDataException>(() => new TrainingLoop(session).Train(task)).Message;
            Assert.Equal($"{step}: the loss became NaN in epoch 1, batch 5; a lower {key} may help", message);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Hundreds_of_steps_keep_tensors_and_memory_flat(bool bf16)
    {
        using var run = RunFolder.OpenForWork(Path.Combine(folder.Path, "long"));
        run.Write(new());
        var tensors = new List<long>();
        var resident = new List<long>();
        int steps = 0;
        var watcher = new Watcher
        {
            Seen = _ =>
            {
                if (++steps % 50 != 0)
                    return;
                tensors.Add(Tensor.TotalCount);
                GC.Collect();
                GC.WaitForPendingFinalizers();
                resident.Add(Process.GetCurrentProcess().WorkingSet64);
            },
        };
        var (device, edge) = Pair(bf16);
        using (device)
        using (edge)
            new TrainingLoop(Session(run, watcher, bf16)).Train(Task(device, edge, epochs: 4, perEpoch: 100));
        Assert.Equal(400, steps);
        Assert.All(tensors, count => Assert.InRange(count, tensors[0] - 3, tensors[0] + 3));
        // One map of the first layers has 64 kB a batch: leaking it would be 13 MB from the 200th step to the 400th.
        Assert.InRange(resident[^1] - resident[3], long.MinValue, 10L << 20);
    }
}
