using Heliograph.Edge.Intake;
using Heliograph.Edge.Pairs;

namespace Heliograph.Edge.Tests.Intake;

public sealed class FairQueueTests : IDisposable
{
    readonly string root = Directory.CreateTempSubdirectory("heliograph-edge-").FullName;
    readonly FairQueue queue = new();
    readonly EdgePair pair;

    public FairQueueTests() => pair = new(EdgePairs.Write(root, "one"), 1, DateTimeOffset.UnixEpoch);

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Links_take_turns_and_of_each_its_flows_whatever_waits_before_them()
    {
        for (int i = 0; i < 100; i++)
            Add("udp", Flow.NewDevices);
        Add("udp", "known");
        var request = Add("http", "a", rows: 3);
        Add("http", "b");
        Assert.Equal(["udp ", "http a", "udp known", "http b", "udp ", "http a", "udp ", "http a", "udp ", "udp "], Take(10));
        Assert.Equal(3, request.Taken);
        Assert.Equal(Enumerable.Repeat("udp ", 95), Take(1000));
        Assert.Empty(Take(10));
    }

    [Fact]
    public void Who_has_more_than_others_gives_its_newest_places_back_and_not_more_than_that()
    {
        var flood = Enumerable.Range(0, 10).Select(_ => Add("udp", Flow.NewDevices)).ToArray();
        // A link with less than another takes of its places, down to as many as it has itself.
        Assert.Equal([flood[9], flood[8], flood[7]], Room("http", "a", rows: 3, need: 3));
        Assert.Null(Room("http", "a", rows: 6, need: 6));
        // Of one link, a flow with less takes of the flow with the most; nobody takes of those who have as little.
        Assert.Equal([flood[6]], Room("udp", "known", rows: 1, need: 1));
        Assert.Null(Room("udp", Flow.NewDevices, rows: 1, need: 1));
        for (int i = 0; i < 5; i++)
            Assert.NotNull(Room("udp", $"known {i}", rows: 1, need: 1));
        Assert.Equal(1, queue.Lanes.Single().Rows);
        Assert.Null(Room("udp", "another", rows: 1, need: 1));
        Assert.Equal(["udp "], Take(5));
        // What a batch has begun with stays.
        var begun = Add("http", "a", rows: 8);
        Take(2);
        Assert.Null(Room("udp", "known", rows: 1, need: 1));
        Assert.Equal(2, begun.Taken);
        Assert.Equal(6, Take(100).Count);
    }

    IReadOnlyList<Work>? Room(string link, string who, int rows, int need) => queue.MakeRoom(new Waiting(pair, new(link, who), rows), need);

    Waiting Add(string link, string who, int rows = 1)
    {
        var work = new Waiting(pair, new(link, who), rows);
        queue.Add(work);
        return work;
    }

    List<string> Take(int most)
    {
        var order = new List<string>();
        var taken = new List<(Work Work, int First, int Count)>();
        // One by one: the order of the turns is what is asked.
        while (order.Count < most && queue.Take(queue.Lanes.Single(), 1, taken) == 1)
            order.Add($"{taken[^1].Work.Flow.Link} {taken[^1].Work.Flow.Who}");
        return order;
    }

    sealed class Waiting : Work
    {
        public Waiting(EdgePair pair, Flow flow, int rows) => (Pair, Flow, Rows) = (pair, flow, rows);

        public override void Done(Exception? failure)
        {
        }
    }
}
