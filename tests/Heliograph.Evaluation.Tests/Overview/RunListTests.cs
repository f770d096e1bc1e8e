using System.Text;
using Heliograph.Evaluation.Overview;
using Heliograph.Experiments;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;

namespace Heliograph.Evaluation.Tests.Overview;

public sealed class RunListTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Runs_of_a_tree_are_found_and_what_they_have_to_show()
    {
        SomeRuns.Write(In("a", "sweep", "one"), new() { Split = "pool2", Seed = 3, Prune = new() { Ratio = 0.25 } }, 64, 70, 24_478_720);
        folder.Write("a/sweep/sweep.yaml", Encoding.UTF8.GetBytes("x"));
        SomeRuns.Begin(In("a", "sweep", "shared", "pretrain-1"), new(), "pretrain");
        SomeRuns.Write(In("b"), new() { Recipe = "unpruned" }, 8, 60);
        SomeRuns.Begin(In("begun"), new());
        SomeRuns.Begin(In("backbone"), new(), "pretrain");
        SomeRuns.Begin(In("torn"), new(), "pretrain");
        File.WriteAllText(In("torn", "steps", "pretrain", "result.json"), "{");
        // A run within a run is none of its own, and what is no run is passed over.
        SomeRuns.Begin(In("b", "inner"), new());
        folder.Write("notes/readme.md", Encoding.UTF8.GetBytes("x"));

        var runs = RunList.In(folder.Path);
        Assert.Equal(["one", "b", "backbone", "begun", "torn"], runs.Select(run => run.Name));
        Assert.Equal(("joint", "pool2", 24_478_720, 64, 0.25, "awgn", "14.5", 3ul, "paper"),
            (runs[0].Step, runs[0].Split, runs[0].DeviceMacs!.Value, runs[0].Symbols!.Value, runs[0].Ratio!.Value, runs[0].Channel, runs[0].Snr, runs[0].Seed!.Value, runs[0].Scheme));
        Assert.Equal((35, 0.5), runs[0].At(-6));
        Assert.Null(runs[0].At(0));
        Assert.Equal(0, runs[1].Ratio);
        Assert.Equal(("pretrain", null, null, 70), (runs[2].Step, runs[2].Split, runs[2].Ratio, runs[2].Top1!.Value));
        Assert.Equal("nothing done", runs[3].Step);
        Assert.Equal("damaged", runs[4].Step);
        Assert.Contains("result.json", runs[4].Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void The_ratio_of_a_budget_in_MACs_is_what_the_step_took()
    {
        SomeRuns.Write(In("run"), new() { Prune = new() { Macs = 156_000_000 } }, 8, 70);
        Assert.Null(RunSummary.Of(In("run")).Ratio);
        Json.WriteSealed(In("run", "steps", CommonSteps.Prune.Name, "result.json"), new StepResult("prune", 69, 90, 1, "2138 of 4224 filters removed, device half 155,856,340 MACs with the encoder"));
        Assert.Equal(2138.0 / 4224, RunSummary.Of(In("run")).Ratio!.Value, 1e-4);
    }

    [Fact]
    public void The_age_is_that_of_the_last_write()
    {
        SomeRuns.Write(In("run"), new(), 8, 70);
        var old = DateTime.UtcNow.AddDays(-3);
        foreach (string path in Directory.EnumerateFileSystemEntries(In("run"), "*", SearchOption.AllDirectories).Append(In("run")))
            File.SetLastWriteTimeUtc(path, old);
        Assert.Equal("3 d", RunKeys.Age(DateTime.UtcNow - RunSummary.Of(In("run")).Changed));
        // A line of metrics is appended: no folder changes by it.
        File.WriteAllText(In("run", "metrics.jsonl"), "");
        File.SetLastWriteTimeUtc(In("run"), old);
        Assert.Equal("now", RunKeys.Age(DateTime.UtcNow - RunSummary.Of(In("run")).Changed));
    }

    [Fact]
    public void A_folder_without_runs_and_none_at_all_are_told_apart()
    {
        Assert.Empty(RunList.In(folder.Path));
        Assert.Contains("there is no run in", Assert.Throws<UsageException>(() => RunList.In([folder.Path])).Message, StringComparison.Ordinal);
        Assert.Contains("there is no folder", Assert.Throws<UsageException>(() => RunList.In(In("nowhere"))).Message, StringComparison.Ordinal);
        Assert.Contains("is a file", Assert.Throws<UsageException>(() => RunList.In(folder.Write("file", []))).Message, StringComparison.Ordinal);
    }

    string In(params string[] parts) => Path.Combine([folder.Path, .. parts]);
}
