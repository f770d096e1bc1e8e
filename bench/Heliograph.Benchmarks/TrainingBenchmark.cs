using System.Diagnostics;
using System.Globalization;
using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Experiments.Runs;
using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Modules;
using Heliograph.Training.Recipes;
using Heliograph.Training.Torch;

namespace Heliograph.Benchmarks;

/// <summary>
/// The whole training loop and the evaluation of VGG16-BN at batch 128, in each number format that the processor computes natively, against PyTorch's bare
/// steps on the same processors, in turns, several rounds, medians. Ours includes loading, augmentation, metrics and the optimiser; theirs has its one
/// batch in memory.
/// </summary>
sealed class TrainingBenchmark(int rounds, int steps, int threads, string python)
{
    const int BatchSize = 128;

    static readonly (string Name, string Peer)[] AllPeers =
        [("fp32, contiguous", "fp32"), ("fp32, channels-last", "fp32-channels-last"), ("bf16 autocast, channels-last", "bf16")];

    public void Run()
    {
        TorchRuntime.UseThreads(threads);
        bool bf16 = TorchRuntime.HasBf16;
        Precision[] precisions = bf16 ? [Precision.Fp32, Precision.Bf16] : [Precision.Fp32];
        var peers = bf16 ? AllPeers : AllPeers[..2];
        var training = new Table(precisions.Length, peers.Length);
        var evaluation = new Table(precisions.Length, peers.Length);
        for (int round = 1; round <= rounds; round++)
        {
            for (int i = 0; i < Math.Max(precisions.Length, peers.Length); i++)
            {
                if (i < precisions.Length)
                {
                    training.Ours[i].Add(Train(precisions[i]));
                    evaluation.Ours[i].Add(Evaluate(precisions[i]));
                }
                if (i < peers.Length)
                {
                    training.Peers[i].Add(Peer(peers[i].Peer, "train"));
                    evaluation.Peers[i].Add(Peer(peers[i].Peer, "evaluate"));
                }
            }
            Console.Error.WriteLine($"round {round} of {rounds}");
        }
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(FormattableString.Invariant(
            $"{RunEnvironment.ProcessorName()}, {threads} threads; VGG16-BN, batch {BatchSize}; medians of {rounds} rounds, images/s"));
        Print("training: our whole loop, PyTorch's bare step", training, precisions, peers);
        Print("evaluation: ours with batch norms folded", evaluation, precisions, peers);
        Console.WriteLine(FormattableString.Invariant($"peak memory {process.PeakWorkingSet64 / 1e9:0.00} GB"));
    }

    static void Print(string title, Table table, Precision[] precisions, (string Name, string Peer)[] peers)
    {
        Console.WriteLine(title);
        double best = table.Peers.Max(Median);
        for (int i = 0; i < peers.Length; i++)
            Console.WriteLine(FormattableString.Invariant($"  PyTorch {peers[i].Name,-30} {Median(table.Peers[i]),7:0.0}"));
        for (int i = 0; i < precisions.Length; i++)
        {
            double ours = Median(table.Ours[i]);
            Console.WriteLine(FormattableString.Invariant($"  ours    {precisions[i],-30} {ours,7:0.0}   {ours / best:0.00} times the best of PyTorch's"));
        }
    }

    /// <summary>Images a second, round by round.</summary>
    sealed class Table(int ours, int peers)
    {
        public List<double>[] Ours { get; } = [.. Enumerable.Range(0, ours).Select(_ => new List<double>())];

        public List<double>[] Peers { get; } = [.. Enumerable.Range(0, peers).Select(_ => new List<double>())];
    }

    static double Median(List<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? double.NaN : sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    double Train(Precision precision)
    {
        // Two epochs: the second is measured.
        var timer = new StepTimer();
        string folder = Directory.CreateTempSubdirectory("heliograph-bench-").FullName;
        try
        {
            var data = RandomImages(BatchSize * steps);
            var experiment = new Experiment { Pretrain = new() { Epochs = 2, Batch = BatchSize }, Threads = threads, Precision = precision };
            using var run = RunFolder.OpenForWork(folder);
            var session = new TrainingSession
            {
                Run = run,
                Experiment = experiment,
                Data = data,
                Device = TorchRuntime.Resolve(DeviceChoice.Cpu),
                Precision = precision,
                Reporter = timer,
                Cancellation = CancellationToken.None,
            };
            run.BeginStep("pretrain");
            new PretrainStep().Run(session, resume: null);
            return BatchSize / timer.MedianSeconds();
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    double Evaluate(Precision precision)
    {
        var data = RandomImages(BatchSize * steps);
        var network = Vgg.Build(16, 100, data.Train.Shape);
        var model = new Model(network, Initialization.Draw(network, 1));
        var evaluator = new Evaluator(data.Normalisation, TorchRuntime.Resolve(DeviceChoice.Cpu), precision, BatchSize, new AwgnChannel(), seed: 1);
        evaluator.Classify(model, data.Test);
        var watch = Stopwatch.StartNew();
        evaluator.Classify(model, data.Train);
        return data.Train.Count / watch.Elapsed.TotalSeconds;
    }

    double Peer(string precision, string mode)
    {
        var start = new ProcessStartInfo(python,
            [Path.Combine(AppContext.BaseDirectory, "peers", "pytorch_vgg16.py"), precision, mode, $"{threads}", $"{steps}"])
        { RedirectStandardOutput = true };
        using var process = Process.Start(start) ?? throw new IOException($"cannot start {python}");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new IOException($"{python} with torch is needed as the peer (Debian: python3-torch)");
    }

    static DataSet RandomImages(int count)
    {
        var shape = new Shape(3, 32, 32);
        ImageSet Draw(int n, ulong seed)
        {
            var random = new RandomStream(seed, "bench");
            var pixels = new byte[n * shape.Elements];
            var labels = new int[n];
            for (int i = 0; i < pixels.Length; i++)
                pixels[i] = (byte)random.NextInt(256);
            for (int i = 0; i < n; i++)
                labels[i] = random.NextInt(100);
            return new(shape, pixels, labels);
        }
        return new("random", [.. Enumerable.Range(0, 100).Select(i => $"class {i}")], Draw(count, 1), Draw(BatchSize, 2), [0.5f, 0.5f, 0.5f], [0.29f, 0.29f, 0.29f]);
    }

    /// <summary>Notes when each batch is done.</summary>
    sealed class StepTimer : IRunReporter
    {
        readonly List<long> done = [];

        public void Line(string text)
        {
        }

        public void Warning(string text) => Console.Error.WriteLine(text);

        public void Progress(RunProgress progress) => done.Add(Stopwatch.GetTimestamp());

        // From batch to batch, so that all that happens between them counts; the first epoch warms up.
        public double MedianSeconds()
        {
            var second = done.Skip(done.Count / 2).ToList();
            return Median([.. second.Zip(second.Skip(1), (a, b) => Stopwatch.GetElapsedTime(a, b).TotalSeconds)]);
        }
    }
}
