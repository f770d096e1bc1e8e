using Heliograph.Experiments.Clusters;

namespace Heliograph.Experiments.Tests.Clusters;

public sealed class SlurmTaskTests
{
    // As Slurm 22.05 prints them.
    const string Queue = """
        7_0|COMPLETED|0:02|wrap
        7_1|FAILED|1:02|wrap
        9_0|CANCELLED|0:00|wrap
        9_N/A|PENDING|0:00|with | in its name
        20_0|RUNNING|2-03:04:05|test
        20_1|COMPLETING|10:00:00|test

        slurm_load_jobs: something else

        """;

    const string Accounting = "12_0|COMPLETED|00:00:07|name\n12_1|CANCELLED by 1000|1-00:00:01|name\n12_[2-5]|PENDING|00:00:00|name\n12_6|TIMEOUT|00:10:12|name\n";

    [Fact]
    public void The_queue_and_the_accounting_are_read()
    {
        var queue = SlurmTask.Read(Queue);
        Assert.Equal(["20_0", "20_1", "7_0", "7_1", "9_0", "9_N/A"], queue.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(new("20_0", "RUNNING", new(2, 3, 4, 5), "test"), queue["20_0"]);
        Assert.Equal((TimeSpan.FromSeconds(62), "with | in its name"), (queue["7_1"].Elapsed, queue["9_N/A"].Job));
        Assert.Equal(["20_0", "20_1", "9_N/A"], queue.Values.Where(task => task.IsActive).Select(task => task.Id).Order(StringComparer.Ordinal));
        Assert.Equal(["20_0", "20_1"], queue.Values.Where(task => task.IsRunning).Select(task => task.Id).Order(StringComparer.Ordinal));

        var known = SlurmTask.Read(Accounting);
        Assert.Equal(("CANCELLED", new TimeSpan(1, 0, 0, 1), false), (known["12_1"].State, known["12_1"].Elapsed, known["12_1"].IsActive));
        Assert.Equal("TIMEOUT", known["12_6"].State);
    }
}
