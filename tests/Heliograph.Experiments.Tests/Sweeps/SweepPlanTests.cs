using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Sweeps;

namespace Heliograph.Experiments.Tests.Sweeps;

public sealed class SweepPlanTests
{
    static SweepDefinition Sweep(string[] axes, ulong[] seeds, params string[] overrides) => SweepDefinition.Of("quickstart", overrides, [.. axes.Select(SweepAxis.Parse)], seeds);

    [Fact]
    public void What_combinations_have_in_common_is_done_once()
    {
        var plan = SweepPlan.Of(Sweep(["split=pool3,pool4", "prune.ratio=0.25,0.5", "code.symbols=16,64"], [1, 2]));
        // A backbone for each seed, a pruning for each split, ratio and seed, the rest for each combination.
        Assert.Equal([("pretrain", 2), ("prune", 8), ("", 16)], plan.Nodes.GroupBy(node => node.Until ?? "").Select(kind => (kind.Key, kind.Count())).OrderBy(kind => kind.Item2));
        Assert.All(plan.Nodes, node => Assert.True(node.Parent is null || plan.Nodes.ToList().IndexOf(node.Parent) < plan.Nodes.ToList().IndexOf(node)));
        Assert.All(plan.Runs, run => Assert.Equal(("prune", "pretrain"), (run.Parent!.Until, run.Parent.Parent!.Until)));
        Assert.All(plan.Runs, run => Assert.Equal(run.Values.Single(value => value.Key == "seed").Value, $"{run.Parent!.Parent!.Experiment.Seed}"));
        Assert.Equal(plan.Nodes.Count, plan.Nodes.Select(node => node.Folder).Distinct().Count());
    }

    [Theory]
    // The pruning counts the encoder's MACs where it has a budget of them, and its channels follow from the symbols.
    [InlineData("code.symbols=16,64", "prune.ratio=0.5", "prune")]
    [InlineData("code.symbols=16,64", "prune.macs=2000000", "pretrain")]
    [InlineData("autoencoder.loss=l1,crossEntropy", "prune.ratio=0.5", "prune")]
    [InlineData("channel.snr=0,10", "prune.ratio=0.5", "prune")]
    [InlineData("joint.rate=0.01,0.02", "prune.ratio=0.5", "autoencoder")]
    [InlineData("joint.milestones=[[1],[1,2]]", "prune.ratio=0.5", "autoencoder")]
    [InlineData("evaluation.draws=2,3", "prune.ratio=0.5", "joint")]
    [InlineData("recipe=paper,unpruned", "prune.ratio=0.5", "pretrain")]
    // Two codes are trained by steps of one name.
    [InlineData("recipe=unpruned,transmission-recognition", "", "pretrain")]
    [InlineData("recipe=unpruned,gradualPruning", "prune.ratio=0.5", "autoencoder")]
    [InlineData("recipe=latePruning,gradualPruning", "prune.ratio=0.5", "autoencoder")]
    [InlineData("prune.ratio=0.25,0.5", "recipe=gradualPruning", "autoencoder")]
    [InlineData("prune.draws=1,4", "recipe=latePruning", "autoencoder")]
    [InlineData("prune.gradual.removals=2,4", "recipe=gradualPruning", "autoencoder")]
    [InlineData("elastic.follow=0,1", "recipe=elastic", "order")]
    [InlineData("elastic.symbols=[[8],[8,16]]", "recipe=elastic", "order")]
    [InlineData("pretrain.rate=0.01,0.02", "prune.ratio=0.5", null)]
    [InlineData("data.train=100,200", "prune.ratio=0.5", null)]
    [InlineData("seed=1,2", "prune.ratio=0.5", null)]
    public void A_step_is_shared_as_long_as_nothing_that_it_depends_on_differs(string axis, string set, string? shared)
    {
        var plan = SweepPlan.Of(Sweep([axis], [], axis.StartsWith("recipe", StringComparison.Ordinal) ? ["split=pool5"] : [set]));
        Assert.Equal(2, plan.Runs.Count);
        Assert.All(plan.Runs, run => Assert.Equal(shared, run.Parent?.Until));
        Assert.Equal(shared is null ? 2 : 3, plan.Nodes.Count);
    }

    [Fact]
    public void Runs_that_measure_one_mode_are_refused_before_any_is_trained() =>
        Assert.StartsWith("evaluation.symbols: ", Assert.Throws<OptionException>(() => SweepPlan.Of(Sweep(["evaluation.symbols=8,16"], [], "recipe=elastic"))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_plan_is_the_same_when_it_is_read_again()
    {
        using var folder = new TemporaryFolder();
        var sweep = Sweep(["split=pool3,pool4", "joint.milestones=[[1],[1,2]]", "pretrain.from=null"], [3, 4], "prune.ratio=0.25");
        sweep.Write(folder.Path);
        Assert.Equal(SweepPlan.Of(sweep).Nodes.Select(node => (node.Id, node.Name, node.Folder)).Select(node => node.ToString().Replace(sweep.Name, "", StringComparison.Ordinal)),
            SweepPlan.Of(SweepDefinition.Read(folder.Path, [])).Nodes.Select(node => (node.Id, node.Name, node.Folder)).Select(node => node.ToString()));
    }

    [Fact]
    public void Combinations_that_are_no_grid_can_be_listed()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "s.yaml");
        File.WriteAllText(file, "experiment: quickstart\nruns:\n  - {split: pool3, prune.ratio: 0.5}\n  - split: pool4\n    joint:\n      milestones: [1, 2]\ngrid:\n  code.symbols: [16, 64]\nseeds: [1, 2]\n");
        var sweep = SweepDefinition.Read(file, []);
        Assert.Equal(
            ["split=pool3,prune.ratio=0.5,code.symbols=16,seed=1", "split=pool3,prune.ratio=0.5,code.symbols=16,seed=2", "split=pool3,prune.ratio=0.5,code.symbols=64,seed=1", "split=pool3,prune.ratio=0.5,code.symbols=64,seed=2"],
            SweepPlan.Of(sweep).Runs.Take(4).Select(run => run.Name));
        Assert.Equal(8, SweepPlan.Of(sweep).Runs.Count);
        sweep.Write(folder.Path);
        Assert.Equal(SweepPlan.Of(sweep).Nodes.Select(node => (node.Id, node.Folder)), SweepPlan.Of(SweepDefinition.Read(folder.Path, [])).Nodes.Select(node => (node.Id, node.Folder)));
    }

    [Theory]
    [InlineData("runs: {split: pool3}", "s.yaml:2: runs: a list is expected")]
    [InlineData("runs: []", "s.yaml:2: runs: a list is expected")]
    [InlineData("runs:\n  - pool3", "s.yaml:3: runs: each is a group of keys")]
    [InlineData("runs:\n  - {splitt: pool3}", "splitt: no such key")]
    [InlineData("runs:\n  - {split: pool3}\n  - {split: pool3}", "two combinations have one folder, split=pool3")]
    [InlineData("runs:\n  - {split: pool3}\ngrid:\n  split: [pool4]", "split is given in runs and swept beside them")]
    [InlineData("runs:\n  - {seed: 1}\nseeds: [2]", "seed is given in runs and swept beside them")]
    public void A_list_of_combinations_that_is_none_is_refused(string yaml, string said)
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "s.yaml");
        File.WriteAllText(file, $"experiment: quickstart\n{yaml}\n");
        Assert.Contains(said, Assert.Throws<UsageException>(() => SweepPlan.Of(SweepDefinition.Read(file, []))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ids_do_not_depend_on_what_else_is_swept_and_threads_are_fixed()
    {
        var one = SweepPlan.Of(Sweep(["prune.ratio=0.5"], [1])).Runs.Single();
        var among = SweepPlan.Of(Sweep(["prune.ratio=0.25,0.5"], [2, 1])).Runs.Single(run => run.Name == "prune.ratio=0.5,seed=1");
        Assert.Equal(one.Id, among.Id);
        Assert.Equal((1, Precision.Fp32), (one.Experiment.Threads, one.Experiment.Precision));
    }

    [Theory]
    [InlineData("joint.rate=0.1:0.3:0.1", "0.1 0.2 0.3")]
    [InlineData("joint.rate=0.1:0.35:0.1", "0.1 0.2 0.3")]
    [InlineData("channel.snr=0:20", "0:20")]
    [InlineData("evaluation.snr=-6:20:2", "-6:20:2")]
    [InlineData("joint.milestones=[[20, 40],[30]]", "[20, 40] [30]")]
    [InlineData("split=pool1, pool2", "pool1 pool2")]
    public void Values_are_lists_or_ranges(string axis, string values) => Assert.Equal(values, string.Join(' ', SweepAxis.Parse(axis).Values));

    [Fact]
    public void A_run_takes_over_nothing_of_a_parent_that_is_not_done()
    {
        using var folder = new TemporaryFolder();
        var plan = SweepPlan.Of(Sweep(["prune.ratio=0.25,0.5"], []));
        var (parent, child) = (plan.Nodes[0], plan.Nodes[1]);
        Assert.False(parent.IsDone(folder.Path));
        Assert.Throws<InvalidDataException>(() => child.TakeOver(folder.Path));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }
}
