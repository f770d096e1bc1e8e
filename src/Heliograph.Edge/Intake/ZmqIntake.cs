using Heliograph.Edge.Pairs;
using Heliograph.Edge.Telemetry;
using Heliograph.Zmq;

namespace Heliograph.Edge.Intake;

/// <summary>A bare stream of samples over ZeroMQ as frames of the one pair that was agreed on.</summary>
static class ZmqIntake
{
    // A stream that began in the middle of an image is right again after a pause.
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(1);

    /// <exception cref="UsageException">It is not clear which pair is on the stream.</exception>
    public static ZmqSampleSource Source(string address, EdgeOptions options, PairSet pairs, FrameIntake intake, EdgeMetrics metrics)
    {
        var pair = Pair(options.ZmqPair, pairs);
        return new(address, options.ZmqPattern, new SampleStream(pair.Id, pair.Symbols), frame => intake.Accept(frame, "zmq"), new()
        {
            WholeFrames = options.ZmqVectors,
            Silence = Silence,
            Refused = _ => metrics.RefusedFrame("zmq", "message"),
        });
    }

    static EdgePair Pair(string? name, PairSet pairs)
    {
        string known = string.Join(", ", pairs.All.Select(pair => pair.Name));
        if (name is null)
            return pairs.All.Count == 1 ? pairs.All[0] : throw new UsageException($"--zmq needs --zmq-pair, for a stream of samples does not say whose they are: {known}");
        return pairs.TryGet(name, out var pair) ? pair : throw new UsageException($"--zmq-pair: there is no pair '{name}'; the pairs are {known}");
    }
}
