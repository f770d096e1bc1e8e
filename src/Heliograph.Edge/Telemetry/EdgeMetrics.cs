using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Heliograph.Edge.Pairs;
using Heliograph.Links;

namespace Heliograph.Edge.Telemetry;

/// <summary>The server's own measurements (System.Diagnostics.Metrics), for Prometheus and OpenTelemetry. Names are listed in docs/edge.md.</summary>
sealed class EdgeMetrics : IDisposable
{
    /// <summary>Name of the meter and of the traces.</summary>
    public const string Name = "Heliograph.Edge";

    /// <summary>Spans of batches; nobody listens unless traces are exported.</summary>
    public static readonly ActivitySource Activities = new(Name);

    static readonly Refusal[] Outcomes = Enum.GetValues<Refusal>();

    readonly Meter meter = new(Name);
    readonly Counter<long> requests, images, symbols, erased, lost, refused, droppedEvents, answers;
    readonly Histogram<double> latency;
    readonly Histogram<int> batchSize;
    readonly ConcurrentDictionary<string, long> refusals = new(), frameRefusals = new();

    public EdgeMetrics()
    {
        requests = meter.CreateCounter<long>("heliograph.requests", description: "Inference requests by protocol and outcome.");
        images = meter.CreateCounter<long>("heliograph.images", description: "Symbol vectors that were recognised.");
        symbols = meter.CreateCounter<long>("heliograph.symbols", description: "Real symbols that arrived in frames.");
        erased = meter.CreateCounter<long>("heliograph.symbols.erased", description: "Real symbols in frames that never arrived.");
        lost = meter.CreateCounter<long>("heliograph.frames.lost", description: "Frames missing in a device's sequence.");
        refused = meter.CreateCounter<long>("heliograph.refused", description: "Frames and requests that were not computed, by reason.");
        droppedEvents = meter.CreateCounter<long>("heliograph.results.dropped", description: "Events dropped for clients of the event stream that did not read.");
        answers = meter.CreateCounter<long>("heliograph.answers", description: "Answers to devices that asked, by whether more symbols are wished for.");
        latency = meter.CreateHistogram<double>("heliograph.latency", unit: "s", description: "Time from accepting a symbol vector to its result.",
            advice: new() { HistogramBucketBoundaries = [.0005, .001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5] });
        batchSize = meter.CreateHistogram<int>("heliograph.batch.size", description: "Images computed at once.",
            advice: new() { HistogramBucketBoundaries = [1, 2, 4, 8, 16, 32, 64, 128, 256] });
    }

    /// <summary>Refusals so far by reason.</summary>
    public IReadOnlyDictionary<string, long> Refusals => refusals;

    /// <summary>Refusals of frames alone, by reason.</summary>
    public IReadOnlyDictionary<string, long> FrameRefusals => frameRefusals;

    /// <summary>Adds gauges whose values are elsewhere.</summary>
    public void Observe(Func<int> queueLength, Func<int> resultClients, LinkCounters? datagrams)
    {
        if (datagrams is not null)
        {
            meter.CreateObservableCounter("heliograph.datagrams", () => Outcomes.Select(outcome =>
                new Measurement<long>(datagrams[outcome], new KeyValuePair<string, object?>("outcome", outcome == Refusal.None ? "taken" : outcome.ToString()))),
                description: "Datagrams by outcome.");
            meter.CreateObservableCounter("heliograph.socket.errors", () => datagrams.SocketErrors, description: "Errors of the socket that receives datagrams.");
            meter.CreateObservableCounter("heliograph.streams", () => datagrams.Streams, description: "Starts of devices that send datagrams.");
            meter.CreateObservableCounter("heliograph.frames.incomplete", () => datagrams.FramesWithErasures, description: "Frames of which datagrams are missing.");
            meter.CreateObservableCounter("heliograph.frames.refined", () => datagrams.Refinements, description: "Frames to which symbols were added that the server had wished for.");
        }
        meter.CreateObservableGauge("heliograph.queue.length", queueLength, description: "Images accepted and not yet answered.");
        meter.CreateObservableGauge("heliograph.results.clients", resultClients, description: "Clients of the event stream.");
    }

    /// <summary>Counts a batch that was computed.</summary>
    public void Batch(EdgePair pair, int rows)
    {
        batchSize.Record(rows, new KeyValuePair<string, object?>("pair", pair.Name));
        images.Add(rows, new KeyValuePair<string, object?>("pair", pair.Name));
    }

    /// <summary>Counts a request that was answered.</summary>
    public void Answered(string protocol, long acceptedAt)
    {
        requests.Add(1, new("protocol", protocol), new("outcome", "answered"));
        latency.Record(Stopwatch.GetElapsedTime(acceptedAt).TotalSeconds, new KeyValuePair<string, object?>("protocol", protocol));
    }

    /// <summary>Counts a request or frame that was refused.</summary>
    public void Refused(string protocol, string reason)
    {
        requests.Add(1, new("protocol", protocol), new("outcome", "refused"));
        refused.Add(1, new("protocol", protocol), new("reason", reason));
        refusals.AddOrUpdate(reason, 1, static (_, count) => count + 1);
    }

    /// <summary>Counts a frame that was refused.</summary>
    public void RefusedFrame(string protocol, string reason)
    {
        Refused(protocol, reason);
        frameRefusals.AddOrUpdate(reason, 1, static (_, count) => count + 1);
    }

    public void Arrived(string protocol, int received, int missing)
    {
        symbols.Add(received, new KeyValuePair<string, object?>("protocol", protocol));
        if (missing > 0)
            erased.Add(missing, new KeyValuePair<string, object?>("protocol", protocol));
    }

    public void Lost(long frames) => lost.Add(frames);

    /// <summary>Counts an answer to a device.</summary>
    public void Answer(bool wish) => answers.Add(1, new KeyValuePair<string, object?>("wish", wish ? "more" : "none"));

    public void DroppedEvent() => droppedEvents.Add(1);

    public void Dispose() => meter.Dispose();
}
