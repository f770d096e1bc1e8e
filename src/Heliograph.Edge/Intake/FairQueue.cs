using Heliograph.Edge.Pairs;

namespace Heliograph.Edge.Intake;

/// <summary>
/// Waiting work, in lanes of one pair each. A lane is served row by row in turns: link after link, and within a link flow after flow, so that none
/// waits for another's backlog. Places are on loan: when the queue is full, whoever has more than the others gives back the newest. Not thread-safe.
/// </summary>
sealed class FairQueue
{
    readonly Dictionary<EdgePair, Lane> lanes = [];
    readonly Dictionary<string, int> links = [];
    readonly Dictionary<Flow, int> flows = [];

    public IEnumerable<Lane> Lanes => lanes.Values;

    /// <summary>Rows of work of which none has been taken yet.</summary>
    public int Rows { get; private set; }

    public void Add(Work work)
    {
        LaneOf(work.Pair).Add(work);
        Count(work.Flow, work.Rows);
    }

    /// <summary>
    /// Makes room for work by removing that of others: always from the link with the most rows waiting, and its flow with the most, while
    /// these are more than the new work's link or flow would have. Nothing is removed if that is not enough.
    /// </summary>
    /// <param name="work">The work that needs the room.</param>
    /// <param name="rows">How many rows must go.</param>
    /// <returns>What was removed, or null if no room can be made.</returns>
    public IReadOnlyList<Work>? MakeRoom(Work work, int rows)
    {
        int link = links.GetValueOrDefault(work.Flow.Link) + work.Rows, flow = flows.GetValueOrDefault(work.Flow) + work.Rows;
        int others = links.Where(other => other.Key != work.Flow.Link).Sum(other => Math.Max(0, other.Value - link));
        int own = flows.Where(other => other.Key.Link == work.Flow.Link && other.Key != work.Flow).Sum(other => Math.Max(0, other.Value - flow));
        if (others + own < rows)
            return null;
        var taken = new List<Work>();
        while (rows > 0)
        {
            string heaviest = links.MaxBy(other => other.Value).Key;
            bool foreign = heaviest != work.Flow.Link && links[heaviest] > link;
            var victim = TakeNewest(flows.Where(other => other.Key.Link == (foreign ? heaviest : work.Flow.Link)).MaxBy(other => other.Value).Key);
            taken.Add(victim);
            rows -= victim.Rows;
        }
        return taken;
    }

    /// <summary>Takes the next rows of a lane, up to a number: each work with its first row and the number of rows.</summary>
    public int Take(Lane lane, int most, List<(Work Work, int First, int Count)> taken)
    {
        int rows = 0;
        while (rows < most && lane.Next() is { } work)
        {
            if (work.Taken == 0)
                Count(work.Flow, -work.Rows);
            if (taken.Count > 0 && taken[^1].Work == work)
                taken[^1] = taken[^1] with { Count = taken[^1].Count + 1 };
            else
                taken.Add((work, work.Taken, 1));
            work.Taken++;
            rows++;
            lane.Taken(work);
        }
        return rows;
    }

    Lane LaneOf(EdgePair pair)
    {
        if (lanes.TryGetValue(pair, out var lane))
            return lane;
        // A pair replaces others.
        foreach (var ended in lanes.Keys.Where(known => known.Ended).ToArray())
            lanes.Remove(ended);
        lanes.Add(pair, lane = new(pair));
        return lane;
    }

    Work TakeNewest(Flow flow)
    {
        foreach (var lane in lanes.Values)
        {
            if (lane.TakeNewest(flow) is { } work)
            {
                Count(flow, -work.Rows);
                return work;
            }
        }
        throw new InvalidOperationException($"{flow} has nothing that waits");
    }

    // Work of which rows have already been taken stays, and is not counted.
    void Count(Flow flow, int rows)
    {
        Rows += rows;
        links[flow.Link] = links.GetValueOrDefault(flow.Link) + rows;
        int now = flows.GetValueOrDefault(flow) + rows;
        if (now == 0)
            flows.Remove(flow);
        else
            flows[flow] = now;
    }
}
