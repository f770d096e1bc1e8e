using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Training.Pruning;

namespace Heliograph.Training.Tests.Pruning;

public sealed class PruningPlanTests
{
    static readonly Network Vgg16 = Vgg.Build(16, 100, new Shape(3, 32, 32));

    static Experiment Experiment(PruneOptions prune, string split = "pool2", int channels = 4) =>
        new() { Split = split, Prune = prune, Code = new() { Channels = channels } };

    /// <summary>Removes as the step does, without weights; scores are random but fixed. Gives each network on the way.</summary>
    static List<Network> Prune(Experiment experiment, Network network)
    {
        var plan = new PruningPlan(experiment, network);
        var way = new List<Network> { network };
        while (!plan.IsReached(network))
        {
            Assert.True(way.Count < 200, "the plan does not come to its end");
            var scores = plan.Groups.ToDictionary(group => group.Name, group =>
                Drawn.Doubles(Drawn.Normal(network.ShapeOf(group.Name).Channels, (ulong)way.Count)));
            var keep = plan.Select(network, scores);
            network = network.With(layer => layer is Convolution conv && keep.TryGetValue(conv.Name, out int[]? stay) ? conv with { Filters = stay.Length } : layer);
            way.Add(network);
        }
        return way;
    }

    static int Front(Network network, string split = "pool2") => network.SplitAt(split).Device.Filters();

    static long Macs(Network network)
    {
        var front = network.SplitAt("pool2").Device;
        return front.Then(JointCode.Encoder(front.Output, 4)).Cost().Macs;
    }

    [Theory]
    [InlineData(0.5, 512, new[] { 384, 192 })]
    [InlineData(0.5, 100, new[] { 384, 284, 192 })]
    [InlineData(0.25, 32, new[] { 384, 352, 320, 288 })]
    [InlineData(0, 512, new[] { 384 })]
    public void A_ratio_removes_its_share_of_all_filters_at_most_so_many_at_once(double ratio, int perIteration, int[] filters)
    {
        var way = Prune(Experiment(new() { Ratio = ratio, PerIteration = perIteration }), Vgg16);
        Assert.Equal(filters, way.Select(network => Front(network)));
        Assert.All(way, network => Assert.Equal(4224 - 384, network.Filters() - Front(network)));
    }

    [Fact]
    public void A_share_of_a_ratio_removes_that_share_of_its_filters()
    {
        // Half of 384 filters, half of the way: 96; then cubic shares of four removals.
        Assert.Equal([384 - 96, 384 - 111, 384 - 168, 384 - 189, 192], Gradually(new() { Ratio = 0.5 }, Shares).Select(network => Front(network)));
        // Layers of 64 and of 128, two of each, are rounded each for itself: 45.5 and 91, 36 and 72, 32.5 and 65.
        var uniform = Gradually(new() { Ratio = 0.5, Uniform = true }, Shares);
        Assert.Equal([2 * (48 + 96), 2 * (46 + 91), 2 * (36 + 72), 2 * (33 + 65), 192], uniform.Select(network => Front(network)));
        Assert.Equal(UniformPruning.Prune(Vgg16, "pool2", 0.5).ToJson(), uniform[^1].ToJson());
    }

    static readonly double[] Shares = [0.5, 37.0 / 64, 56.0 / 64, 63.0 / 64, 1];

    [Theory]
    [InlineData(PruneBy.Score)]
    [InlineData(PruneBy.ScorePerMac)]
    public void A_share_of_a_budget_in_macs_saves_that_share_of_them(PruneBy by)
    {
        const long budget = 30_000_000;
        long whole = Macs(Vgg16);
        var way = Gradually(new() { Macs = budget, By = by }, 0.25, 0.5, 1);
        foreach (var (network, share) in way.Zip([0.25, 0.5, 1]))
            Assert.InRange(Macs(network), whole - share * (whole - budget) - 1_300_000, whole - share * (whole - budget));
    }

    [Fact]
    public void A_budget_that_is_met_already_removes_nothing() =>
        Assert.Equal([384, 384], Gradually(new() { Macs = 1_000_000_000 }, 0.5, 1).Select(network => Front(network)));

    static Network[] Gradually(PruneOptions prune, params double[] shares)
    {
        var plan = new PruningPlan(Experiment(prune), Vgg16);
        var network = Vgg16;
        return [.. shares.Select(share =>
        {
            int before = Front(network);
            bool isReached = plan.IsReached(network, share);
            var scores = plan.Groups.ToDictionary(group => group.Name, group => Drawn.Doubles(Drawn.Normal(network.ShapeOf(group.Name).Channels, 1)).Select(Math.Abs).ToArray());
            var keep = plan.Select(network, scores, share);
            network = network.With(layer => layer is Convolution conv && keep.TryGetValue(conv.Name, out int[]? stay) ? conv with { Filters = stay.Length } : layer);
            Assert.Equal(isReached, Front(network) == before);
            Assert.True(plan.IsReached(network, share));
            return network;
        })];
    }

    [Fact]
    public void The_papers_512_at_once_at_pool4()
    {
        var way = Prune(Experiment(new() { Ratio = 0.5 }, "pool4"), Vgg16);
        Assert.Equal([2688, 2176, 1664, 1344], way.Select(network => Front(network, "pool4")));
    }

    [Theory]
    [InlineData(0.5, "pool2", 24_477_696)]
    [InlineData(0.25, "pool4", 160_579_584)]
    public void A_uniform_ratio_leaves_the_figures_of_uniform_pruning(double ratio, string split, long macs)
    {
        var last = Prune(Experiment(new() { Ratio = ratio, Uniform = true }, split), Vgg16)[^1];
        Assert.Equal(UniformPruning.Prune(Vgg16, split, ratio).ToJson(), last.ToJson());
        Assert.Equal(macs, last.SplitAt(split).Device.Cost().Macs);
    }

    [Theory]
    [InlineData(64)]
    [InlineData(7)]
    public void A_uniform_ratio_in_several_goes_ends_at_the_same_network(int perIteration)
    {
        var way = Prune(Experiment(new() { Ratio = 0.5, Uniform = true, PerIteration = perIteration }), Vgg16);
        Assert.True(way.Count > 3);
        Assert.Equal(UniformPruning.Prune(Vgg16, "pool2", 0.5).ToJson(), way[^1].ToJson());
        Assert.All(way.Zip(way.Skip(1)), pair => Assert.True(Front(pair.Second) < Front(pair.First)));
    }

    [Fact]
    public void A_uniform_ratio_moves_on_even_one_filter_at_a_time()
    {
        // A 24th of half of 8 or 16 filters rounds to none.
        var small = Vgg.Build(16, 4, new Shape(3, 32, 32), width: 0.125);
        var way = Prune(Experiment(new() { Ratio = 0.5, Uniform = true, PerIteration = 1, Floor = 1 }), small);
        Assert.Equal(UniformPruning.Prune(small, "pool2", 0.5).ToJson(), way[^1].ToJson());
    }

    [Theory]
    [InlineData(512, PruneBy.Score)]
    [InlineData(40, PruneBy.Score)]
    [InlineData(512, PruneBy.ScorePerMac)]
    [InlineData(40, PruneBy.ScorePerMac)]
    public void A_budget_in_macs_is_met_with_the_encoder_and_not_by_more_than_one_filter(int perIteration, PruneBy by)
    {
        const long budget = 30_000_000;
        var way = Prune(Experiment(new() { Macs = budget, PerIteration = perIteration, By = by }), Vgg16);
        Assert.True(Macs(way[^1]) <= budget);
        Assert.True(Macs(way[^2]) > budget);
        Assert.All(way.Zip(way.Skip(1)), pair => Assert.InRange(Front(pair.First) - Front(pair.Second), 1, perIteration));
        // The dearest filter costs its own 16·16·9·128 MACs and those of the layers that read it.
        Assert.InRange(Macs(way[^1]), budget - 1_200_000, budget);
    }

    [Fact]
    public void A_ratio_is_met_by_scores_per_mac_too()
    {
        // Equal scores: the filters that save most go first, those of conv1_2.
        var plan = new PruningPlan(Experiment(new() { Ratio = 0.125, By = PruneBy.ScorePerMac }), Vgg16);
        var stay = plan.Select(Vgg16, plan.Groups.ToDictionary(group => group.Name, group => Enumerable.Repeat(1.0, group.Channels).ToArray()));
        Assert.Equal(384 - 48, stay.Values.Sum(filters => filters.Length));
        Assert.Equal((64, 16, 128, 128), (stay["conv1_1"].Length, stay["conv1_2"].Length, stay["conv2_1"].Length, stay["conv2_2"].Length));
    }

    /// <summary>Section 3 of the paper: figure 3's two points, figure 5's two panels. What the paper does not state is open.</summary>
    [Theory]
    [InlineData("pool1", 4.0e6, 0.98, 1.0)]
    [InlineData("pool2", 24.3e6, 0.99, 1.01)]
    [InlineData("pool4", 160.2e6, 0.995, 1.005)]
    [InlineData("pool5", 156e6, 0.995, 1.0)]
    public void The_papers_experiments_have_the_papers_macs(string pool, double paper, double least, double most)
    {
        var (_, yaml, source) = ExperimentFiles.Resolve("paper/" + pool);
        var experiment = OptionsBinder.Bind<Experiment>(yaml, source);
        var network = Prune(experiment, Vgg16)[^1];
        Assert.InRange(new PruningPlan(experiment, Vgg16).DeviceMacs(network), least * paper, most * paper);
        // The same share of every layer, to half a filter.
        double kept = (double)Front(network, pool) / Front(Vgg16, pool);
        Assert.All(network.SplitAt(pool).Device.Layers.OfType<Convolution>(), conv =>
            Assert.InRange(conv.Filters - kept * Vgg16.ShapeOf(conv.Name).Channels, -1, 1));
    }

    [Theory]
    [InlineData("pool1", 4_000_000)]
    [InlineData("pool2", 24_514_816)]
    [InlineData("pool2", 24_514_815)]
    [InlineData("pool4", 100_000_000)]
    [InlineData("pool5", 156_000_000)]
    [InlineData("pool5", 1_000_000_000)]
    public void A_uniform_budget_ends_at_the_dearest_uniform_network_that_meets_it(string split, long budget)
    {
        var experiment = Experiment(new() { Macs = budget, Uniform = true }, split);
        var plan = new PruningPlan(experiment, Vgg16);
        // A layer of n filters loses its k-th at the share (2k − 1)/2n, so that between odd multiples of 1/2048 lie all uniform networks of up to 512 filters.
        long dearest = Enumerable.Range(0, 1024).Select(i => plan.DeviceMacs(UniformPruning.Prune(Vgg16, split, i == 0 ? 0 : (2 * i + 1) / 2048.0))).Where(macs => macs <= budget).Max();
        Assert.Equal(dearest, plan.DeviceMacs(Prune(experiment, Vgg16)[^1]));
        var slowly = Prune(experiment with { Prune = experiment.Prune with { PerIteration = 64 } }, Vgg16);
        Assert.Equal(dearest, plan.DeviceMacs(slowly[^1]));
    }

    [Fact]
    public void A_budget_below_the_floor_is_refused_with_what_can_be_reached()
    {
        // Four filters a layer: 32²·9·(3·4 + 4·4) + 16²·9·(4·4 + 4·4) + encoder 4²·9·4·4 + 4²·4².
        const long least = 1024 * 9 * 28 + 256 * 9 * 32 + 16 * 9 * 16 + 16 * 16;
        string message = Assert.Throws<UsageException>(() => new PruningPlan(Experiment(new() { Macs = least - 1 }), Vgg16)).Message;
        Assert.Equal(FormattableString.Invariant($"prune.macs: {least - 1:N0} cannot be reached; with prune.floor=4 filters in every layer the device half still costs {least:N0}"), message);
        Assert.Equal(message, Assert.Throws<UsageException>(() => new PruningPlan(Experiment(new() { Macs = least - 1, Uniform = true }), Vgg16)).Message);
        foreach (var prune in (PruneOptions[])[new(), new() { By = PruneBy.ScorePerMac }, new() { Uniform = true }])
            Assert.Equal(least, Macs(Prune(Experiment(prune with { Macs = least, PerIteration = 1000 }), Vgg16)[^1]));
    }

    [Theory]
    [InlineData(PruneBy.Score, false, 50)]
    [InlineData(PruneBy.ScorePerMac, false, 50)]
    [InlineData(PruneBy.Score, true, 512)]
    public void What_is_kept_at_a_higher_ratio_is_part_of_what_is_kept_at_a_lower_one(PruneBy by, bool uniform, int perIteration)
    {
        var kept = new[] { 0.15, 0.3, 0.55 }.Select(ratio => Kept(Experiment(new() { Ratio = ratio, By = by, Uniform = uniform, PerIteration = perIteration }))).ToArray();
        foreach (var (lower, higher) in kept.Zip(kept.Skip(1)))
            Assert.All(higher, layer => Assert.Subset(lower[layer.Key].ToHashSet(), layer.Value.ToHashSet()));

        // The filters of the original that stay, by convolution; scores depend on the removal, as those of a trained network do.
        static Dictionary<string, int[]> Kept(Experiment experiment)
        {
            var plan = new PruningPlan(experiment, Vgg16);
            var kept = plan.Groups.ToDictionary(group => group.Name, group => Enumerable.Range(0, group.Channels).ToArray());
            var network = Vgg16;
            for (ulong phase = 1; !plan.IsReached(network); phase++)
            {
                var stay = plan.Select(network, kept.ToDictionary(layer => layer.Key, layer => Drawn.Doubles(Drawn.Normal(layer.Value.Length, phase)).Select(Math.Abs).ToArray()));
                kept = kept.ToDictionary(layer => layer.Key, layer => stay[layer.Key].Select(filter => layer.Value[filter]).ToArray());
                network = network.With(layer => layer is Convolution conv && kept.TryGetValue(conv.Name, out int[]? left) ? conv with { Filters = left.Length } : layer);
            }
            return kept;
        }
    }

    [Fact]
    public void A_ratio_that_the_floor_forbids_is_refused_with_what_can_be_reached()
    {
        // Four layers keep 4 of 384 filters each: 368/384 = 0.9583 can go.
        Assert.Equal("prune.ratio: 0.99 cannot be reached; with prune.floor=4 filters in every layer at most 0.958 can be removed",
            Assert.Throws<UsageException>(() => new PruningPlan(Experiment(new() { Ratio = 0.99 }), Vgg16)).Message);
        Assert.Equal(16, Front(Prune(Experiment(new() { Ratio = 368.0 / 384 }), Vgg16)[^1]));
        _ = new PruningPlan(Experiment(new() { Ratio = 0.958 }), Vgg16);
    }

    [Fact]
    public void A_filter_costs_the_device_half_what_it_computes_there()
    {
        // A filter before the split costs its own 16²·9·128 MACs and the encoder's 4²·9·4, and nothing of the convolution behind the split.
        var scores = Saliency.Penalize(new Dictionary<string, double[]> { ["conv2_2"] = [0] }, Vgg16, 1, new PruningPlan(Experiment(new()), Vgg16).DeviceMacs);
        Assert.Equal(-(256 * 9 * 128 + 16 * 9 * 4) / 1e6, scores["conv2_2"][0], 12);
    }

    [Fact]
    public void Only_convolutions_up_to_the_split_point_are_in_the_plan() =>
        Assert.Equal(["conv1_1", "conv1_2", "conv2_1", "conv2_2"], new PruningPlan(Experiment(new()), Vgg16).Groups.Select(group => group.Name));

    [Fact]
    public void The_plan_describes_itself_with_the_encoder()
    {
        var network = UniformPruning.Prune(Vgg16, "pool2", 0.5);
        Assert.Equal("192 of 384 filters removed, device half 24,514,816 MACs with the encoder", new PruningPlan(Experiment(new() { Ratio = 0.5 }), Vgg16).Describe(network));
    }
}
