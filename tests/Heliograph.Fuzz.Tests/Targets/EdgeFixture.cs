using Heliograph.Edge;
using Heliograph.Edge.Intake;
using Heliograph.Edge.Options;
using Heliograph.Edge.Pairs;
using Heliograph.Edge.Protocol;
using Heliograph.Edge.Telemetry;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Tests.Pairs;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary>What a server computes requests with, without its ports: one pair and the batcher.</summary>
sealed class EdgeFixture : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("heliograph-fuzz-").FullName;
    readonly PairSet pairs = new();
    readonly Batcher batcher;

    public EdgeFixture()
    {
        var options = new EdgeOptions { Pairs = folder, Threads = 1, BatchWait = TimeSpan.Zero, Queue = 64 };
        var (description, device, edge) = TinyPair.Make(Backbones.Build("vgg11", 5, (3, 32, 32), 0.0625), "pool4", 3);
        PairFolder.Write(Path.Combine(folder, "tiny"), description, device, edge);
        Pair = new EdgePair(Heliograph.Pairs.Pair.Open(Path.Combine(folder, "tiny")), 1, DateTimeOffset.UnixEpoch);
        Pair.Open(options);
        pairs.Swap(null, Pair);
        batcher = new(options, Metrics);
        batcher.Start();
        Inference = new(pairs, batcher, Metrics) { Ready = true };
    }

    public EdgePair Pair { get; }

    public EdgeMetrics Metrics { get; } = new();

    public Inference Inference { get; }

    public void Dispose()
    {
        batcher.Dispose();
        pairs.Dispose();
        Metrics.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
