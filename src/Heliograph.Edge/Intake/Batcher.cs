using System.Diagnostics;
using Heliograph.Edge.Options;
using Heliograph.Edge.Pairs;
using Heliograph.Edge.Telemetry;

namespace Heliograph.Edge.Intake;

/// <summary>The outcome of offering work to the batcher.</summary>
enum Admission
{
    Accepted,
    /// <summary>The queue is full, and nobody has more than a fair share of the places.</summary>
    Full,
    /// <summary>The server stops.</summary>
    Closed,
}

/// <summary>
/// The one queue for the work of all links (<see cref="FairQueue"/>), and the one thread that computes it: batches of one pair, closed when
/// they are full or their oldest image has waited long enough, pairs in turn. Accepted work is always answered, if only by <see cref="DisplacedException"/>.
/// </summary>
sealed class Batcher : IDisposable
{
    // A lock with a condition to wait on.
    readonly object changing = new();
    readonly FairQueue queue = new();
    readonly List<(Work Work, int First, int Count)> taken = [];
    readonly int batch, capacity;
    readonly long waitTicks;
    readonly EdgeMetrics metrics;
    readonly Thread thread;
    int accepted;
    long served;
    bool closed, hurried, ended;

    public Batcher(EdgeOptions options, EdgeMetrics metrics)
    {
        (batch, capacity) = (options.Batch, options.Queue);
        waitTicks = (long)(options.BatchWait.TotalSeconds * Stopwatch.Frequency);
        this.metrics = metrics;
        thread = new Thread(Compute) { IsBackground = true, Name = "edge batches" };
    }

    /// <summary>Images accepted and not yet answered.</summary>
    public int Count => Volatile.Read(ref accepted);

    /// <summary>Maximum number of images accepted and not yet answered, besides those of a batch that is being computed.</summary>
    public int Capacity => capacity;

    public void Start() => thread.Start();

    /// <summary>Accepts work or refuses it at once.</summary>
    public Admission Add(Work work)
    {
        IReadOnlyList<Work>? displaced = [];
        lock (changing)
        {
            if (closed)
                return Admission.Closed;
            // What is being computed cannot give its place back, so it does not count when someone with a fair share asks for a place.
            int over = Math.Max(accepted + work.Rows - capacity - Math.Min(batch, accepted - queue.Rows), queue.Rows + work.Rows - capacity);
            if (over > 0)
                displaced = queue.MakeRoom(work, over);
            if (displaced is null)
                return Admission.Full;
            foreach (var other in displaced)
            {
                accepted -= other.Rows;
                other.Displaced = true;
            }
            accepted += work.Rows;
            work.AcceptedAt = Stopwatch.GetTimestamp();
            queue.Add(work);
            Monitor.Pulse(changing);
        }
        foreach (var other in displaced)
            other.Done(new DisplacedException());
        return Admission.Accepted;
    }

    /// <summary>Subtracts answered work from the count.</summary>
    public void Answered(Work work)
    {
        lock (changing)
            accepted -= work.Displaced ? 0 : work.Rows;
    }

    /// <summary>From now on no image waits for others: the server is stopping.</summary>
    public void Hurry() => Change(() => hurried = true);

    /// <summary>Accepts no more, computes what was accepted, and ends.</summary>
    public void Dispose()
    {
        Change(() => closed = hurried = true);
        if (!ended && thread.IsAlive)
            thread.Join();
        ended = true;
    }

    void Change(Action change)
    {
        lock (changing)
        {
            change();
            Monitor.Pulse(changing);
        }
    }

    void Compute()
    {
        while (NextBatch() is { } lane)
        {
            Run(lane.Pair);
            taken.Clear();
        }
    }

    /// <summary>Waits until a batch is due and takes its rows; null when none will ever be.</summary>
    Lane? NextBatch()
    {
        lock (changing)
        {
            while (true)
            {
                var (lane, wait) = Due(Stopwatch.GetTimestamp());
                if (lane is not null)
                {
                    lane.Served = ++served;
                    queue.Take(lane, batch, taken);
                    return lane;
                }
                if (closed)
                    return null;
                // Rounded up: waking too early would be spinning.
                Monitor.Wait(changing, wait == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Max(1, Math.Ceiling(wait.TotalMilliseconds)));
            }
        }
    }

    /// <summary>The due lane that has waited longest for its turn, or how long the first one may still wait.</summary>
    (Lane? Lane, TimeSpan Wait) Due(long now)
    {
        long? oldest = null;
        Lane? due = null;
        foreach (var lane in queue.Lanes)
        {
            if (lane.Rows == 0)
                continue;
            long since = lane.Since;
            oldest = Math.Min(oldest ?? since, since);
            if ((hurried || lane.Rows >= batch || now - since >= waitTicks) && (due is null || lane.Served < due.Served))
                due = lane;
        }
        return (due, oldest is { } first ? Stopwatch.GetElapsedTime(now, first + waitTicks) : Timeout.InfiniteTimeSpan);
    }

    /// <summary>Computes the rows that were taken, and gives the output to their work.</summary>
    void Run(EdgePair pair)
    {
        var session = pair.Session;
        int rows = 0;
        foreach (var (work, first, count) in taken)
        {
            for (int i = 0; i < count; i++)
                work.Input.AsSpan((first + i) * pair.InputLength, pair.InputLength).CopyTo(session.Input(rows++));
        }
        Exception? failure = null;
        using (var activity = EdgeMetrics.Activities.StartActivity("batch"))
        {
            activity?.SetTag("heliograph.pair", pair.Name).SetTag("heliograph.images", rows);
            try
            {
                session.Run(rows);
            }
            catch (Exception e)
            {
                // Whatever went wrong, the batch's clients are told and the next batch is computed.
                failure = e;
                activity?.SetStatus(ActivityStatusCode.Error, e.Message);
            }
        }
        if (failure is null)
            metrics.Batch(pair, rows);
        int row = 0;
        foreach (var (work, first, count) in taken)
        {
            for (int i = 0; i < count; i++)
                session.Output(row++).CopyTo(work.Output.AsSpan((first + i) * pair.OutputLength));
            work.Failure ??= failure;
            work.Computed += count;
            if (work.Computed == work.Rows)
                work.Done(work.Failure);
        }
    }
}

/// <summary>The work has lost its place in the full queue to others who had fewer places.</summary>
sealed class DisplacedException() : Exception("the queue was full");
