using System.Diagnostics;
using System.Threading.Channels;
using Heliograph.Edge.Devices;
using Heliograph.Edge.Intake;
using Heliograph.Edge.Protocol;
using Heliograph.Edge.Telemetry;
using Heliograph.Pairs;
using Microsoft.Extensions.Logging;

namespace Heliograph.Edge.Results;

/// <summary>
/// Makes results of computed frames, in order and off the batcher's thread: the device's record and the event for clients. A frame
/// counts as answered when that is done, so the queue's capacity bounds what waits here.
/// </summary>
sealed partial class ResultPublisher : IFrameResults
{
    readonly Channel<(FrameWork Work, Exception? Failure)> done = Channel.CreateUnbounded<(FrameWork, Exception?)>(new() { SingleReader = true });
    readonly ResultStream stream;
    readonly EdgeMetrics metrics;
    readonly Feedback feedback;
    readonly LatencyWindow latencies = new(4096);
    readonly Lock latenciesLock = new();
    readonly Action<Work> answered;
    readonly Task loop;
    float[] probabilities = [];
    int pending;

    /// <param name="stream">Where events go.</param>
    /// <param name="metrics">The counters.</param>
    /// <param name="feedback">Answers devices that ask.</param>
    /// <param name="answered">Called for each frame that is answered.</param>
    public ResultPublisher(ResultStream stream, EdgeMetrics metrics, Feedback feedback, Action<Work> answered)
    {
        (this.stream, this.metrics, this.feedback, this.answered) = (stream, metrics, feedback, answered);
        loop = Task.Run(Loop);
    }

    /// <summary>Logs what should not happen.</summary>
    public ILogger? Log { get; set; }

    /// <summary>Percentiles over the last frames of all devices.</summary>
    public LatencyPercentiles? Latency
    {
        get
        {
            lock (latenciesLock)
                return latencies.Percentiles();
        }
    }

    /// <summary>Frames accepted and not yet published.</summary>
    public int Pending => Volatile.Read(ref pending);

    /// <inheritdoc/>
    public void Expect(int frames = 1) => Interlocked.Add(ref pending, frames);

    /// <inheritdoc/>
    public void Done(FrameWork work, Exception? failure) => done.Writer.TryWrite((work, failure));

    /// <summary>Ends after everything accepted has been published.</summary>
    public Task Finish()
    {
        done.Writer.TryComplete();
        return loop;
    }

    async Task Loop()
    {
        using var writer = new ResultEvent();
        await foreach (var (work, failure) in done.Reader.ReadAllAsync())
        {
            try
            {
                if (failure is DisplacedException)
                    metrics.RefusedFrame(work.Via, "queue-full");
                else if (failure is not null)
                    metrics.RefusedFrame(work.Via, "failed");
                else if (Values.AnyNotFinite(work.Answer))
                    metrics.RefusedFrame(work.Via, "not-finite");
                else
                    Publish(work, writer);
            }
            catch (Exception e)
            {
                // A bug in this program costs one frame its result; the others are published.
                metrics.RefusedFrame(work.Via, "failed");
                if (Log is { } log)
                    Failed(log, work.Pair.Name, e);
            }
            finally
            {
                answered(work);
                work.Return();
                Expect(-1);
            }
        }
    }

    void Publish(FrameWork work, ResultEvent writer)
    {
        var pair = work.Pair;
        bool shown = stream.Count > 0;
        if (pair.Gallery is { } gallery)
        {
            Span<Neighbour> nearest = stackalloc Neighbour[pair.Neighbours];
            gallery.Nearest(work.Answer, nearest);
            // A cosine is no probability: the device learns the SNR alone.
            feedback.Answer(work, 0, null);
            Publish(work, new(nearest), nearest[0].Class, shown ? writer : null);
            return;
        }
        if (probabilities.Length < pair.ClassCount)
            probabilities = new float[pair.ClassCount];
        Span<int> top = stackalloc int[Math.Min(ResultEvent.MostClasses, pair.ClassCount)];
        Values.Top(work.Answer, top);
        var probability = probabilities.AsSpan(0, pair.ClassCount);
        float temperature = 1;
        if (shown || work.Frame.Question is not null)
        {
            double? snr;
            lock (work.Device.Lock)
                snr = work.Device.SnrForConfidence;
            temperature = pair.Temperature(snr, work.Mode);
            Values.Softmax(work.Answer, temperature, probability);
            // Before all else: the device waits.
            feedback.Answer(work, probability[top[0]], snr);
        }
        Publish(work, new(top, probability, temperature), top[0], shown ? writer : null);
    }

    void Publish(FrameWork work, in Recognition recognised, int named, ResultEvent? writer)
    {
        double milliseconds = Stopwatch.GetElapsedTime(work.AcceptedAt).TotalMilliseconds;
        lock (latenciesLock)
            latencies.Add(milliseconds);
        metrics.Answered(work.Via, work.AcceptedAt);
        lock (work.Device.Lock)
        {
            // A sender may be wrong about the classes: a label that is not one of them counts as unknown.
            work.Device.Recognised(work.Frame, named, work.Frame.Label < work.Pair.ClassCount ? work.Frame.Label : null, milliseconds);
            if (writer is not null)
                stream.Publish(writer.Write(work, recognised, milliseconds));
        }
    }

    [LoggerMessage(EventId = 5, Level = LogLevel.Error, Message = "the result of a frame of pair {Name} could not be published")]
    static partial void Failed(ILogger log, string name, Exception error);
}
