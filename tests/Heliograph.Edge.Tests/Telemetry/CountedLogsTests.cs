using Heliograph.Edge.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Heliograph.Edge.Tests.Telemetry;

public sealed class CountedLogsTests
{
    [Fact]
    public void Lines_that_say_the_same_are_counted_and_others_are_written()
    {
        var written = new Written();
        var clock = new FakeTimeProvider();
        using (var logs = new CountedLogs(written, clock))
        {
            var log = logs.CreateLogger("gRPC");
            for (int i = 0; i < 5000; i++)
                log.Log(LogLevel.Warning, new EventId(4), i, null, (number, _) => $"refused {number}");
            log.Log(LogLevel.Error, new EventId(5), "another", null, (text, _) => text);
            logs.CreateLogger("other").Log(LogLevel.Warning, new EventId(4), "elsewhere", null, (text, _) => text);
            Assert.Equal(["refused 0", "refused 1", "refused 2", "refused 3", "refused 4", "another", "elsewhere"], written.Lines);
            clock.Advance(TimeSpan.FromSeconds(9.9));
            Assert.Equal(7, written.Lines.Count);
            clock.Advance(TimeSpan.FromSeconds(0.2));
            Assert.Equal(["… and 4995 more such lines within 10 s"], written.Lines.Skip(7));
            for (int i = 0; i < 7; i++)
                log.Log(LogLevel.Warning, new EventId(4), i, null, (number, _) => $"again {number}");
        }
        // At the end of the program too.
        Assert.Equal(["again 4", "… and 2 more such lines within 10 s"], written.Lines.TakeLast(2));
    }
}
