using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Trainings;
using Heliograph.Networks;

namespace Heliograph.Training.Pruning;

/// <summary>How much is to be removed in all, and how much at once: a budget given as a ratio of filters or as MACs, of all layers together or of each alike.</summary>
public sealed class PruningPlan
{
    readonly Experiment experiment;
    readonly Network original;
    readonly ChannelGroups groups;
    readonly string[] filters;
    readonly FilterCosts costs;
    readonly double ratio;
    readonly int target;

    /// <summary>Plans the pruning of a backbone.</summary>
    /// <exception cref="UsageException">There is no such split point, or the budget cannot be met with the floor that every layer keeps.</exception>
    public PruningPlan(Experiment experiment, Network original)
        : this(experiment, original, _ => true)
    {
    }

    PruningPlan(Experiment experiment, Network original, Func<ChannelGroup, bool> loses)
    {
        (this.experiment, this.original) = (experiment, original);
        var front = original.SplitAt(experiment.Split).Device;
        groups = new(original);
        Groups = [.. UniformPruning.Before(groups, original, experiment.Split).Where(loses)];
        filters = [.. front.Layers.OfType<Convolution>().Select(conv => conv.Name).Where(name => groups.Of(name) is not { } group || loses(group))];
        costs = new(experiment.DeviceHalf(front));
        ratio = Options.Ratio;
        target = (int)Math.Round(Filters(original) * ratio, MidpointRounding.AwayFromZero);
        CheckFloor();
        if (Options.Uniform)
        {
            ratio = Options.Macs is { } macs ? UniformRatio(macs) : ratio;
            target = Filters(original) - Filters(Uniform(ratio));
        }
    }

    /// <summary>Plans the pruning of the layer before the split point alone, whose map is what is sent.</summary>
    /// <exception cref="OptionException">Its filters cannot be removed.</exception>
    public static PruningPlan OfSplit(Experiment experiment, Network original)
    {
        var groups = new ChannelGroups(original);
        string[] suit = [.. original.SplitPoints.Where(split => Before(split) is not null)];
        var layer = Before(experiment.Split) ?? throw new OptionException("split",
            $": the map after {experiment.Split} cannot lose channels: an addition or a linear layer ties them to others that stay; {(suit.Length == 0 ? "no split point of this network suits" : $"{string.Join(", ", suit)} suit")} recipe {experiment.Recipe}");
        return new(experiment, original, group => group.Name == layer.Name);

        ChannelGroup? Before(string split) => groups.Of(split) is { } group && UniformPruning.Before(groups, original, split).Any(before => before.Name == group.Name) ? group : null;
    }

    /// <summary>The convolutions that may lose filters, each with those that it is tied to, in order. If an addition ties one to a convolution after the split point, it stays.</summary>
    public IReadOnlyList<ChannelGroup> Groups { get; }

    /// <summary>The same of a network that has lost some already.</summary>
    public IReadOnlyList<ChannelGroup> GroupsOf(Network network) => [.. Groups.Select(group => group with { Channels = network.ShapeOf(group.Name).Channels })];

    PruneOptions Options => experiment.Prune;

    /// <summary>True when a network meets the budget, or that of a share of the whole reduction (see <see cref="Select(Network, IReadOnlyDictionary{string, double[]}, double)"/>).</summary>
    public bool IsReached(Network network, double share = 1) =>
        Options.Uniform ? Filters(network) <= Filters(Uniform(ratio * share))
        : Options.Macs is { } macs ? DeviceMacs(network) <= MacsAt(share, macs)
        : Filters(original) - Filters(network) >= RemovedAt(share);

    /// <summary>The filters of each convolution that stay when a share of the whole reduction is done: of the filters that go, or of the MACs that are saved.</summary>
    /// <param name="network">As it is now.</param>
    /// <param name="scores">Of its filters.</param>
    /// <param name="share">In (0, 1].</param>
    public IReadOnlyDictionary<string, int[]> Select(Network network, IReadOnlyDictionary<string, double[]> scores, double share)
    {
        if (Options.Uniform)
            return PerLayer(network, scores, Uniform(ratio * share));
        var perMac = Options.By == PruneBy.ScorePerMac ? costs : null;
        if (Options.Macs is not { } macs)
            return FilterSelection.Lowest(scores, RemovedAt(share) - (Filters(original) - Filters(network)), Options.Floor, costs: perMac, tied: Tied);
        double goal = MacsAt(share, macs);
        return FilterSelection.Lowest(scores, int.MaxValue, Options.Floor, left => costs.Macs(left) <= goal, perMac, Tied);
    }

    /// <summary>The filters of each convolution that stay in the next removal.</summary>
    public IReadOnlyDictionary<string, int[]> Select(Network network, IReadOnlyDictionary<string, double[]> scores)
    {
        int removed = Filters(original) - Filters(network);
        if (Options.Uniform)
        {
            // A small share of the ratio may round to no filter of any layer: the first that takes one counts.
            Network goal;
            int step = Options.PerIteration;
            do
            {
                double share = Math.Min(1.0, (double)(removed + step++) / target);
                goal = Uniform(ratio * share);
            }
            while (Filters(goal) >= Filters(network));
            return PerLayer(network, scores, goal);
        }
        var perMac = Options.By == PruneBy.ScorePerMac ? costs : null;
        return Options.Macs is { } macs
            ? FilterSelection.Lowest(scores, Options.PerIteration, Options.Floor, left => costs.Macs(left) <= macs, perMac, Tied)
            : FilterSelection.Lowest(scores, Math.Min(Options.PerIteration, target - removed), Options.Floor, costs: perMac, tied: Tied);
    }

    /// <summary>For instance <c>192 of 384 filters removed, device half 24,478,720 MACs</c>.</summary>
    public string Describe(Network network) => FormattableString.Invariant(
        $"{Filters(original) - Filters(network)} of {Filters(original)} filters removed, device half {DeviceMacs(network):N0} MACs{(experiment.Steps().Code is null ? "" : " with the encoder")}");

    /// <summary>MACs of the device half that the network gives, with the encoder where there is one.</summary>
    public long DeviceMacs(Network network) => experiment.DeviceHalf(network.SplitAt(experiment.Split).Device).Cost().Macs;

    IReadOnlyDictionary<string, int[]> PerLayer(Network network, IReadOnlyDictionary<string, double[]> scores, Network goal) =>
        FilterSelection.LowestPerLayer(scores, Groups.ToDictionary(group => group.Name,
            group => Math.Min(network.ShapeOf(group.Name).Channels, goal.ShapeOf(group.Name).Channels)));

    int RemovedAt(double share) => (int)Math.Round(target * share, MidpointRounding.AwayFromZero);

    double MacsAt(double share, long budget) => budget + (1 - share) * Math.Max(0, DeviceMacs(original) - budget);

    int Filters(Network network) => filters.Sum(name => network.ShapeOf(name).Channels);

    int Tied(string group) => groups.Of(group)!.Convolutions.Count;

    // Every group narrowed by the same ratio, but not below the floor.
    Network Uniform(double ratio) => groups.Narrowed(original, Groups.ToDictionary(group => group.Name,
        group => UniformPruning.Kept(group.Channels, ratio, Options.Floor)));

    // The smallest share whose removal from every layer leaves at most so many MACs. They fall in steps as the share grows; the bounds close
    // in on one step, and end far nearer to it than any two steps are to each other.
    double UniformRatio(long macs)
    {
        if (DeviceMacs(original) <= macs)
            return 0;
        var (above, within) = (0.0, Math.BitDecrement(1.0));
        while (within - above > 1e-12)
        {
            double middle = (above + within) / 2;
            (above, within) = DeviceMacs(Uniform(middle)) <= macs ? (above, middle) : (middle, within);
        }
        return within;
    }

    void CheckFloor()
    {
        var least = groups.Narrowed(original, Groups.ToDictionary(group => group.Name, group => Math.Min(Options.Floor, group.Channels)));
        if (Options.Macs is { } macs && DeviceMacs(least) > macs)
            throw new UsageException(FormattableString.Invariant($"prune.macs: {macs:N0} cannot be reached; with prune.floor={Options.Floor} filters in every layer the device half still costs {DeviceMacs(least):N0}"));
        if (Options.Macs is null && !Options.Uniform && Filters(original) - Filters(least) < target)
        {
            // Rounded down, so that what is named can be reached.
            double most = Math.Floor(1000.0 * (Filters(original) - Filters(least)) / Filters(original)) / 1000;
            throw new UsageException(FormattableString.Invariant($"prune.ratio: {Options.Ratio} cannot be reached; with prune.floor={Options.Floor} filters in every layer at most {most} can be removed"));
        }
    }
}
