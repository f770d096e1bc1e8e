using Heliograph.Evaluation.Overview;
using Heliograph.Experiments;
using Heliograph.Experiments.Records;

namespace Heliograph.Evaluation.Tests.Overview;

public sealed class RunGroupTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Seeds_of_one_experiment_become_one_with_mean_and_deviation()
    {
        Write("s1", 1, 70);
        Write("s2", 2, 72);
        Write("s3", 3, 77);
        var group = Assert.Single(Groups());
        Assert.Equal([1ul, 2ul, 3ul], group.Runs.Select(run => run.Seed!.Value));
        Assert.Equal([-6, 14.5], group.Snrs);
        // Deviations from 73: −3, −1, 4: √(26/2) = 3.6056; t of two degrees 4.303: 4.303·3.6056/√3 = 8.957.
        var at = group.At(14.5)!;
        Assert.Equal(73, at.Top1, 1e-9);
        Assert.Equal(3.6056, at.Deviation!.Value, 1e-4);
        Assert.Equal(8.957, at.Ci95!.Value, 1e-2);
        Assert.Null(group.At(0));
        Assert.Equal(3, RunGroup.Singly(RunList.In(folder.Path)).Count);
    }

    [Fact]
    public void Where_and_how_a_run_computed_and_what_its_backbone_was_do_not_part_seeds_other_options_do()
    {
        Write("s1", 1, 70, run => run with { Threads = 1, Pretrain = new() { From = "b1" } });
        Write("s2", 2, 72, run => run with { Threads = 2, Pretrain = new() { From = "b2" } });
        Write("rate", 3, 72, run => run with { Joint = new() { Rate = 0.5 }, Pretrain = new() { From = "b2" } });
        Assert.Equal(["rate", "s1 s2"], Names());
    }

    [Fact]
    public void What_was_measured_of_a_mode_or_over_points_is_no_seed_of_another()
    {
        Write("k16-s1", 1, 50, run => run with { Evaluation = new() { Symbols = 16 } });
        Write("k16-s2", 2, 51, run => run with { Evaluation = new() { Symbols = 16, Draws = 2 } });
        Write("k32-s1", 1, 60, run => run with { Evaluation = new() { Symbols = 32 } });
        Write("qpsk-s2", 2, 61, run => run with { Evaluation = new() { Symbols = 32, Constellation = "qpsk" } });
        Assert.Equal(["k16-s1 k16-s2", "k32-s1", "qpsk-s2"], Names());
    }

    [Fact]
    public void A_seed_that_comes_twice_is_another_run()
    {
        Write("x1", 1, 70, run => run with { Pretrain = new() { From = "x" } });
        Write("x2", 2, 71, run => run with { Pretrain = new() { From = "x" } });
        Write("y1", 1, 72, run => run with { Pretrain = new() { From = "y" } });
        Write("y2", 2, 73, run => run with { Pretrain = new() { From = "y" } });
        Assert.Equal(["x1 x2", "y1 y2"], Names());
        Write("y2-again", 2, 73, run => run with { Pretrain = new() { From = "y" } });
        Assert.Equal(["x1 x2", "y1", "y2", "y2-again"], Names());
    }

    [Fact]
    public void Runs_of_other_data_do_not_belong_together()
    {
        Write("a", 1, 70);
        Write("b", 2, 71, run => run with { Data = new() { Name = "signs" } });
        string said = Assert.Throws<UsageException>(() => RunGroup.CheckSameData(Groups())).Message;
        Assert.Contains("test images of cifar100", said, StringComparison.Ordinal);
        Assert.Contains("test images of signs", said, StringComparison.Ordinal);
    }

    [Fact]
    public void SNRs_of_the_peak_do_not_stand_beside_those_of_the_mean()
    {
        Write("a", 1, 70, run => run with { Split = "pool2" });
        Write("b", 1, 71);
        var groups = Groups();
        RunGroup.CheckSameData(groups);
        groups = [.. groups.Select(group => new RunGroup([.. group.Runs.Select(run => run.Name == "b" ? run : run with { Evaluation = run.Evaluation! with { SnrConvention = EvaluationResult.OfThePeak } })]))];
        string said = Assert.Throws<UsageException>(() => RunGroup.CheckSameData(groups)).Message;
        Assert.Matches("a counts SNRs by the symbols' peak .*b by their mean power", said);
    }

    [Fact]
    public void Labels_name_what_tells_groups_apart_and_no_more()
    {
        Write("a", 1, 70, run => run with { Split = "pool2" });
        Write("b", 1, 71, run => run with { Split = "pool4" });
        Write("c", 1, 71, run => run with { Split = "pool4", Prune = new() { Ratio = 0.5 } });
        Assert.Equal(["pool2, ratio 0", "pool4, ratio 0", "pool4, ratio 0.5"], RunLabels.Of(Groups(), null, [], distinct: true));
        Assert.Equal(["pool2, ratio 0", "pool4, ratio 0", "pool4, ratio 0.5"], RunLabels.Of(Groups(), new RunKeys().Find("split", ""), [], distinct: true));
        Assert.Equal(["pool2", "pool4"], RunLabels.Of([.. Groups().Take(2)], new RunKeys().Find("split", ""), [], distinct: true));
        // What no key tells apart is told apart by its folders.
        Write("d", 1, 71, run => run with { Split = "pool2", Joint = new() { Rate = 0.5 } });
        Assert.Equal(["pool2, ratio 0, a", "pool4, ratio 0", "pool4, ratio 0.5", "pool2, ratio 0, d"], RunLabels.Of(Groups(), null, [], distinct: true));
        Assert.Equal("joint.rate 0.5, pool2, ratio 0", RunLabels.Of(Groups(), new RunKeys().Find("joint.rate", ""), [], distinct: true)[3]);
    }

    void Write(string name, ulong seed, double top1, Func<Experiment, Experiment>? change = null) =>
        SomeRuns.Write(Path.Combine(folder.Path, name), (change ?? (run => run))(new Experiment { Seed = seed }), 8, top1);

    IReadOnlyList<RunGroup> Groups() => RunGroup.Of(RunList.In(folder.Path));

    IEnumerable<string> Names() => Groups().Select(group => string.Join(' ', group.Runs.Select(run => run.Name))).Order(StringComparer.Ordinal);
}
