using Heliograph.Channels;
using Heliograph.Edge.Devices;
using Heliograph.Edge.Intake;
using Heliograph.Edge.Options;
using Heliograph.Edge.Pairs;
using Heliograph.Edge.Results;
using Heliograph.Edge.Telemetry;
using Heliograph.Links;

namespace Heliograph.Edge.Tests.Results;

public sealed class PublishingTests
{
    [Fact]
    public async Task A_frame_whose_result_cannot_be_made_is_counted_as_failed_and_the_next_is_published()
    {
        using var folder = new TemporaryFolder();
        var made = EdgePairs.Write(folder.Path, "one");
        var pair = new EdgePair(made, 1, DateTimeOffset.UnixEpoch);
        using var metrics = new EdgeMetrics();
        int answers = 0;
        var answered = new List<Work>();
        var results = new ResultPublisher(new(new EdgeOptions { Pairs = folder.Path }, metrics),
            metrics, new((_, _, _, _) => answers++ == 0 ? throw new InvalidOperationException("a bug") : true, metrics), answered.Add);
        var device = new DeviceRecord(1, TimeProvider.System);
        for (ulong sequence = 0; sequence < 2; sequence++)
        {
            Assert.True(pair.TryUse());
            var frame = new Frame
            {
                Pair = made.Id,
                Device = 1,
                Stream = 1,
                Sequence = sequence,
                SentMicroseconds = 1,
                Symbols = EdgePairs.Symbols(made, 1, 1),
                Question = Question.New(0.5),
            };
            results.Expect();
            results.Done(new(frame, pair, device, Snr.Infinite, "udp", results.Done), null);
        }
        await results.Finish().WaitAsync(TimeSpan.FromSeconds(20));
        Assert.Equal((2, 2, 0), (answers, answered.Count, results.Pending));
        Assert.Equal([new("failed", 1)], metrics.FrameRefusals);
        Assert.Equal(1, results.Latency?.Count ?? -1);
    }
}
