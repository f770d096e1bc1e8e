using System.Diagnostics;
using System.Threading.Channels;
using Heliograph.Edge.Pairs;
using Heliograph.Edge.Telemetry;

namespace Heliograph.Edge.Intake;

/// <summary>What became of work that was given to the batcher.</summary>
enum Admission
{
    Accepted,
    /// <summary>As many images as allowed are accepted and not answered.</summary>
    Full,
    /// <summary>The server stops.</summary>
    Closed,
}

/// <summary>
/// The one queue in which work of all links meets, and the one thread that computes it: batches of one pair, closed when they are full or
/// their oldest image has waited long enough, oldest first. Accepted work is always answered.
/// </summary>
sealed class Batcher : IDisposable
{
    readonly Channel<Work> queue;
    readonly Dictionary<EdgePair, Lane> lanes = [];
    readonly int batch, capacity;
    readonly long waitTicks;
    readonly EdgeMetrics metrics;
    readonly Thread thread;
    Task<bool>? arrival;
    int accepted;
    volatile bool closed, hurried;

    public Batcher(EdgeOptions options, EdgeMetrics metrics)
    {
        (batch, capacity) = (options.Batch, options.Queue);
        waitTicks = (long)(options.BatchWait.TotalSeconds * Stopwatch.Frequency);
        this.metrics = metrics;
        // The computing thread is woken by the writer itself, not by way of the thread pool, which may be busy.
        queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(capacity) { SingleReader = true, AllowSynchronousContinuations = true });
        thread = new Thread(Compute) { IsBackground = true, Name = "edge batches" };
    }

    /// <summary>Images accepted and not yet answered.</summary>
    public int Count => Volatile.Read(ref accepted);

    /// <summary>Most images accepted and not yet answered.</summary>
    public int Capacity => capacity;

    public void Start() => thread.Start();

    /// <summary>Accepts work or refuses it at once.</summary>
    public Admission Add(Work work)
    {
        if (closed)
            return Admission.Closed;
        if (Interlocked.Add(ref accepted, work.Rows) > capacity)
        {
            Interlocked.Add(ref accepted, -work.Rows);
            return Admission.Full;
        }
        work.AcceptedAt = Stopwatch.GetTimestamp();
        // Every work has a row at least, so that the queue has room for what the count let pass.
        if (queue.Writer.TryWrite(work))
            return Admission.Accepted;
        Interlocked.Add(ref accepted, -work.Rows);
        return Admission.Closed;
    }

    /// <summary>Takes work that is answered from the count.</summary>
    public void Answered(int rows) => Interlocked.Add(ref accepted, -rows);

    /// <summary>From now on no image waits for others: the server stops.</summary>
    public void Hurry() => hurried = true;

    /// <summary>Accepts no more, computes what was accepted, and ends.</summary>
    public void Dispose()
    {
        closed = hurried = true;
        if (queue.Writer.TryComplete() && thread.IsAlive)
            thread.Join();
    }

    void Compute()
    {
        while (true)
        {
            while (queue.Reader.TryRead(out var work))
                LaneOf(work.Pair).Add(work);
            var (lane, wait) = Next(Stopwatch.GetTimestamp());
            if (lane is not null)
                Run(lane);
            else if (!Arrives(wait))
                return;
        }
    }

    Lane LaneOf(EdgePair pair)
    {
        if (lanes.TryGetValue(pair, out var lane))
            return lane;
        // A pair comes where others went.
        foreach (var ended in lanes.Keys.Where(known => known.Ended))
            lanes.Remove(ended);
        lanes.Add(pair, lane = new(pair));
        return lane;
    }

    /// <summary>The lane whose batch is due, or how long the first one may still wait.</summary>
    (Lane? Lane, TimeSpan Wait) Next(long now)
    {
        Lane? oldest = null, due = null;
        foreach (var lane in lanes.Values)
        {
            if (lane.Rows == 0)
                continue;
            if (oldest is null || lane.Since < oldest.Since)
                oldest = lane;
            if ((hurried || lane.Rows >= batch || now - lane.Since >= waitTicks) && (due is null || lane.Since < due.Since))
                due = lane;
        }
        return (due, oldest is null ? Timeout.InfiniteTimeSpan : Stopwatch.GetElapsedTime(now, oldest.Since + waitTicks));
    }

    /// <summary>Waits for work; false when none will ever come and none is left.</summary>
    bool Arrives(TimeSpan wait)
    {
        arrival ??= queue.Reader.WaitToReadAsync().AsTask();
        // Rounded up: to wake too early would be to spin. A long wait is looked at now and then, for Hurry.
        bool ended = arrival.Wait(wait == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Clamp(Math.Ceiling(wait.TotalMilliseconds), 0, 50));
        if (!ended)
            return true;
        bool more = arrival.Result;
        if (more)
            arrival = null;
        return more || lanes.Values.Any(lane => lane.Rows > 0);
    }

    void Run(Lane lane)
    {
        var session = lane.Pair.Session;
        int rows = lane.Fill(session, batch);
        Exception? failure = null;
        using (var activity = EdgeMetrics.Activities.StartActivity("batch"))
        {
            activity?.SetTag("heliograph.pair", lane.Pair.Name).SetTag("heliograph.images", rows);
            try
            {
                session.Run(rows);
            }
            catch (Exception e)
            {
                // Whatever it is, the batch's clients are told and the next batch is computed.
                failure = e;
                activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            }
        }
        metrics.Batch(lane.Pair, rows);
        lane.Deliver(session, failure);
    }

    /// <summary>The waiting work of one pair.</summary>
    sealed class Lane(EdgePair pair)
    {
        readonly Queue<Work> waiting = new();
        readonly List<(Work Work, int First, int Count)> batch = [];

        public EdgePair Pair => pair;

        /// <summary>Rows that wait.</summary>
        public int Rows { get; private set; }

        /// <summary>When the oldest was accepted.</summary>
        public long Since => waiting.Peek().AcceptedAt;

        public void Add(Work work)
        {
            waiting.Enqueue(work);
            Rows += work.Rows;
        }

        /// <summary>Copies the oldest rows into the session's input.</summary>
        public int Fill(EdgeSession session, int most)
        {
            int filled = 0;
            while (filled < most && waiting.TryPeek(out var work))
            {
                int count = Math.Min(work.Rows - work.Taken, most - filled);
                for (int i = 0; i < count; i++)
                    work.Symbols.AsSpan((work.Taken + i) * pair.Symbols, pair.Symbols).CopyTo(session.Symbols(filled + i));
                batch.Add((work, work.Taken, count));
                work.Taken += count;
                filled += count;
                if (work.Taken == work.Rows)
                    waiting.Dequeue();
            }
            Rows -= filled;
            return filled;
        }

        /// <summary>Hands the session's output to the work, and ends the work that is complete.</summary>
        public void Deliver(EdgeSession session, Exception? failure)
        {
            int row = 0;
            foreach (var (work, first, count) in batch)
            {
                for (int i = 0; i < count; i++)
                    session.Logits(row++).CopyTo(work.Logits.AsSpan((first + i) * pair.ClassCount));
                work.Failure ??= failure;
                if (first + count == work.Rows)
                    work.Done(work.Failure);
            }
            batch.Clear();
        }
    }
}
