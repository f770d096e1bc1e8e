using Heliograph.Evaluation.Overview;
using Heliograph.Experiments;

namespace Heliograph.Evaluation.Tests.Overview;

/// <summary>Alone, since it counts the processor time of all that runs beside it.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;

[Collection(nameof(Alone))]
public sealed class RunListSpeedTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    // Wall time depends on what else the machine does; on two processors it is half of this.
    [Fact]
    public void A_thousand_runs_take_two_seconds_of_processor_time_at_most()
    {
        string first = Path.Combine(folder.Path, "first");
        SomeRuns.Write(first, new() { Prune = new() { Ratio = 0.25 } }, 8, 70);
        string[] files = Directory.GetFiles(first, "*", SearchOption.AllDirectories);
        for (int i = 1; i < 1000; i++)
        {
            foreach (string file in files)
            {
                string copy = Path.Combine(folder.Path, $"run-{i:D3}", Path.GetRelativePath(first, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }
        }
        double least = Enumerable.Range(0, 3).Min(_ =>
        {
            var before = Environment.CpuUsage.TotalTime;
            Assert.Equal(1000, RunList.In(folder.Path).Count);
            return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
        });
        Assert.InRange(least, 0, 2);
    }
}
