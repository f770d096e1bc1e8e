using Heliograph.Edge.Pairs;

namespace Heliograph.Edge.Intake;

/// <summary>The waiting work of one pair.</summary>
sealed class Lane(EdgePair pair)
{
    // Whose turn it is: links, and within each link its flows.
    readonly Queue<Link> turns = new();
    readonly Dictionary<string, Link> links = [];

    public EdgePair Pair => pair;

    /// <summary>Rows that wait.</summary>
    public int Rows { get; private set; }

    /// <summary>When it was served, counted by the batcher.</summary>
    public long Served { get; set; }

    /// <summary>When the oldest work was accepted; the lane must not be empty.</summary>
    public long Since => links.Values.SelectMany(link => link.Flows.Values).Min(flow => flow.First!.Value.AcceptedAt);

    public void Add(Work work)
    {
        if (!links.TryGetValue(work.Flow.Link, out var link))
            links.Add(work.Flow.Link, link = new());
        if (!link.Flows.TryGetValue(work.Flow, out var flow))
        {
            link.Flows.Add(work.Flow, flow = new());
            link.Turns.Enqueue(work.Flow);
            if (link.Flows.Count == 1)
                turns.Enqueue(link);
        }
        flow.AddLast(work);
        Rows += work.Rows;
    }

    /// <summary>The work whose turn it is; null if none is waiting.</summary>
    public Work? Next() => turns.TryPeek(out var link) ? link.Flows[link.Turns.Peek()].First!.Value : null;

    /// <summary>One row of the current work was taken: the turn passes on.</summary>
    public void Taken(Work work)
    {
        var link = turns.Dequeue();
        var flow = link.Turns.Dequeue();
        Rows--;
        if (work.Taken == work.Rows)
            link.Flows[flow].RemoveFirst();
        if (link.Flows[flow].Count > 0)
            link.Turns.Enqueue(flow);
        else
            link.Flows.Remove(flow);
        if (link.Turns.Count > 0)
            turns.Enqueue(link);
    }

    /// <summary>Removes the newest work of a flow, unless rows of it have already been taken.</summary>
    public Work? TakeNewest(Flow flow)
    {
        if (!links.TryGetValue(flow.Link, out var link) || !link.Flows.TryGetValue(flow, out var waiting) || waiting.Last!.Value is not { Taken: 0 } work)
            return null;
        waiting.RemoveLast();
        Rows -= work.Rows;
        if (waiting.Count > 0)
            return work;
        link.Flows.Remove(flow);
        Leave(link.Turns, flow);
        if (link.Flows.Count == 0)
            Leave(turns, link);
        return work;
    }

    // Rare: work is removed from those who have the most.
    static void Leave<T>(Queue<T> turns, T one)
    {
        for (int i = turns.Count; i > 0; i--)
        {
            var next = turns.Dequeue();
            if (!EqualityComparer<T>.Default.Equals(next, one))
                turns.Enqueue(next);
        }
    }

    sealed class Link
    {
        public Dictionary<Flow, LinkedList<Work>> Flows { get; } = [];

        public Queue<Flow> Turns { get; } = new();
    }
}
