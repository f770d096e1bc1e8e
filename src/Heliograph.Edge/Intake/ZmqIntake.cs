using System.Numerics.Tensors;
using Heliograph.Edge.Options;
using Heliograph.Edge.Pairs;
using Heliograph.Edge.Telemetry;
using Heliograph.Links;
using Heliograph.Zmq;
using Microsoft.Extensions.Logging;

namespace Heliograph.Edge.Intake;

/// <summary>A bare stream of samples over ZeroMQ as frames of the agreed pair, with their labels if they arrive beside it.</summary>
sealed class ZmqIntake : IDisposable
{
    // A stream that began in the middle of an image is aligned again after a pause.
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    readonly ZmqLabelSource? labels;
    readonly ZmqSampleSource source;
    readonly TimeProvider clock;

    /// <exception cref="UsageException">It is not clear which pair the stream carries, or an address is invalid.</exception>
    /// <exception cref="IOException">The address cannot be reached.</exception>
    public ZmqIntake(string address, EdgeOptions options, PairSet pairs, FrameIntake intake, EdgeMetrics metrics)
    {
        var pair = Pair(options.ZmqPair, pairs);
        clock = options.Clock;
        labels = options.ZmqLabels is { } where ? new(where) : null;
        Watch = new(pair.Symbols, options.ZmqPilots > 0, clock) { Labels = labels };
        try
        {
            source = new(address, options.ZmqPattern, new SampleStream(pair.Id, pair.Symbols, options.ZmqPilots), Accept, new()
            {
                WholeFrames = options.ZmqVectors,
                Silence = Silence,
                Clock = clock,
                Labels = labels,
                Refused = _ => metrics.RefusedFrame("zmq", "message"),
            });
        }
        catch
        {
            labels?.Dispose();
            throw;
        }

        bool Accept(Frame frame)
        {
            if (frame.Erased < frame.Symbols.Length)
                Watch.Add(TensorPrimitives.SumOfSquares<float>(frame.Symbols) / (frame.Symbols.Length - frame.Erased));
            return intake.Accept(frame, "zmq");
        }
    }

    /// <summary>Whether the stream is in order.</summary>
    public SampleWatch Watch { get; }

    /// <summary>Reads until cancelled. Call it once.</summary>
    /// <param name="log">Logs when the stream gets out of order, and when it is in order again.</param>
    /// <param name="cancellation">Ends it; this is not an error.</param>
    public async Task RunAsync(ILogger log, CancellationToken cancellation)
    {
        Watch.Log = log;
        var reading = Task.WhenAll(source.RunAsync(cancellation), labels?.RunAsync(cancellation) ?? Task.CompletedTask);
        while (!reading.IsCompleted)
        {
            Watch.Look(source.State);
            await Task.WhenAny(reading, Task.Delay(Look, clock, CancellationToken.None));
        }
        await reading;
    }

    /// <summary>Closes the sockets. End <see cref="RunAsync"/> first.</summary>
    public void Dispose()
    {
        source.Dispose();
        labels?.Dispose();
    }

    static EdgePair Pair(string? name, PairSet pairs)
    {
        string known = string.Join(", ", pairs.All.Select(pair => pair.Name));
        if (name is null)
            return pairs.All.Count == 1 ? pairs.All[0] : throw new UsageException($"--zmq needs --zmq-pair, since a stream of samples does not say which pair it belongs to: {known}");
        return pairs.TryGet(name, out var pair) ? pair : throw new UsageException($"--zmq-pair: there is no pair '{name}'; the pairs are {known}");
    }
}
