using System.Diagnostics;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Training.Data;
using Heliograph.Training.Models;
using Heliograph.Training.Modules;
using Heliograph.Training.Torch;
using TorchSharp;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;
namespace Heliograph.Training.Loop;

/// <summary>How a run computes: what its experiment leaves open (<c>precision: auto</c>, <c>threads: 0</c>) is chosen once, and kept when the run resumes.</summary>
/// <param name="Precision">Not <see cref="Precision.Auto"/>.</param>
/// <param name="Threads">Of one operation, 1 or more.</param>
public readonly record struct Computation(Precision Precision, int Threads)
{
    // One takes the place of an earlier one where it takes that share of its time: more is noise. Threads that the trial lets run alone share the processors
    // with those that make the batches later.
    const double Gain = 0.95, GainOfThreads = 0.8;

    const int LeastRounds = 5;

    static readonly TimeSpan Enough = TimeSpan.FromSeconds(1);

    /// <summary>As an experiment asks; as the run was computed before; as a trial finds fastest.</summary>
    /// <param name="run">May have earlier calls.</param>
    /// <param name="experiment">What it leaves open is chosen.</param>
    /// <param name="data">The images' shape and classes.</param>
    /// <param name="device">Where to compute.</param>
    /// <param name="reporter">Hears in one line what was chosen.</param>
    /// <param name="cancellation">Asks to stop.</param>
    /// <exception cref="OperationCanceledException">Stopped on request.</exception>
    public static Computation Choose(
        RunFolder run, Experiment experiment, DataSet data, Device device, IRunReporter reporter, CancellationToken cancellation)
    {
        var candidates = Candidates(experiment, device.type == DeviceType.CUDA, TorchRuntime.HasBf16, Environment.ProcessorCount);
        candidates = LikeBefore(candidates, RunEnvironment.Calls(run), device);
        if (candidates.Count == 1)
            return candidates[0];
        var seconds = Try(candidates, experiment, data, device, cancellation);
        var chosen = Fastest(candidates, seconds);
        string[] speeds = [.. candidates.Zip(seconds, (candidate, s) => FormattableString.Invariant($"{candidate} {experiment.Pretrain.Batch / s:0}"))];
        reporter.Line($"computing in {chosen}; images/s in a trial: {string.Join(", ", speeds)}");
        return chosen;
    }

    /// <summary>
    /// What an experiment allows, the first preferred: 32-bit floats, and one thread.
    /// </summary>
    internal static IReadOnlyList<Computation> Candidates(Experiment experiment, bool cuda, bool hasBf16, int processors)
    {
        Precision[] precisions = experiment.Precision != Precision.Auto ? [experiment.Precision]
            : cuda ? [Precision.Bf16]
            : hasBf16 ? [Precision.Fp32, Precision.Bf16]
            : [Precision.Fp32];
        int[] threads = experiment.Threads != 0 ? [experiment.Threads]
            : cuda || processors == 1 ? [processors]
            : [1, processors];
        return [.. precisions.SelectMany(precision => threads.Select(count => new Computation(precision, count)))];
    }

    /// <summary>Only those with the precision and the threads of the run's last call, if that was on the same device and there are any.</summary>
    internal static IReadOnlyList<Computation> LikeBefore(IReadOnlyList<Computation> candidates, IReadOnlyList<RunCall> calls, Device device)
    {
        if (calls.Count == 0 || calls[^1].Device != device.ToString())
            return candidates;
        var last = calls[^1];
        return Narrowed(Narrowed(candidates, candidate => OptionText.Of(candidate.Precision) == last.Precision), candidate => candidate.Threads == last.Threads);

        static IReadOnlyList<Computation> Narrowed(IReadOnlyList<Computation> from, Func<Computation, bool> to) => from.Any(to) ? [.. from.Where(to)] : from;
    }

    /// <summary>The first candidate, or one that is clearly faster than those before it.</summary>
    internal static Computation Fastest(IReadOnlyList<Computation> candidates, IReadOnlyList<double> seconds)
    {
        int best = 0;
        for (int i = 1; i < candidates.Count; i++)
        {
            if (seconds[i] < seconds[best] * (candidates[i].Threads > candidates[best].Threads ? GainOfThreads : Gain))
                best = i;
        }
        return candidates[best];
    }

    /// <summary>Median seconds of a batch forward and back through the backbone, for each candidate; in turns, since other programs come and go.</summary>
    static double[] Try(IReadOnlyList<Computation> candidates, Experiment experiment, DataSet data, Device device, CancellationToken cancellation)
    {
        var network = ExperimentBackbone.Of(experiment, data);
        var weights = Initialization.Draw(network, experiment.Seed);
        using var scope = NewDisposeScope();
        var (channels, height, width) = (network.Input.Channels, network.Input.Height, network.Input.Width);
        Tensor images = rand(experiment.Pretrain.Batch, height, width, channels, device: device).permute(0, 3, 1, 2);
        Tensor labels = zeros(experiment.Pretrain.Batch, ScalarType.Int64, device);
        var modules = candidates.Select(candidate => candidate.Precision).Distinct()
            .ToDictionary(precision => precision, precision => new NetworkModule(network, weights, device, precision));
        try
        {
            // The first rounds compile code and take memory.
            _ = Rounds(1);
            return Rounds(LeastRounds);
        }
        finally
        {
            foreach (var module in modules.Values)
                module.Dispose();
        }

        double[] Rounds(int least)
        {
            List<double>[] seconds = [.. candidates.Select(_ => new List<double>())];
            var all = Stopwatch.StartNew();
            while (seconds[0].Count < least || all.Elapsed < Enough)
            {
                for (int i = 0; i < candidates.Count; i++)
                {
                    cancellation.ThrowIfCancellationRequested();
                    TorchRuntime.UseThreads(candidates[i].Threads);
                    var watch = Stopwatch.StartNew();
                    Pass(modules[candidates[i].Precision], images, labels);
                    seconds[i].Add(watch.Elapsed.TotalSeconds);
                }
            }
            return [.. seconds.Select(times => times.Order().ElementAt(times.Count / 2))];
        }
    }

    static void Pass(NetworkModule module, Tensor images, Tensor labels)
    {
        using var scope = NewDisposeScope();
        F.cross_entropy(module.Forward(images, training: true), labels).backward();
        foreach (var (_, parameter) in module.Parameters)
            parameter.grad = null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"{OptionText.Of(Precision)} with {Threads} {(Threads == 1 ? "thread" : "threads")}";
}
