using System.Globalization;
using Heliograph.Networks;

namespace Heliograph.Evaluation.Choosing;

/// <summary>What could be trained for a device, by its costs alone: split points, pruning ratios and numbers of symbols.</summary>
public static class Proposals
{
    // Shares of the filters, in steps of 1/20; the encoder's channels are halved some times from the most that the symbols allow.
    const int RatioParts = 20, Halvings = 3, ChannelsWithoutBudget = 32;

    /// <summary>Every split point with every ratio and number of symbols, weighed against budgets of costs.</summary>
    /// <param name="backbone">Unpruned.</param>
    /// <param name="budgets">Of costs alone.</param>
    /// <param name="prunes">Whether filters can be removed.</param>
    /// <param name="floor">Filters that every layer keeps at least.</param>
    public static Choice All(Network backbone, IReadOnlyList<Budget> budgets, bool prunes, int floor)
    {
        var groups = new ChannelGroups(backbone);
        double? most = budgets.FirstOrDefault(budget => budget.Key == Budget.SymbolsKey)?.Limit;
        return Choice.Of(backbone.SplitPoints.SelectMany(split => Of(split)), budgets);

        IEnumerable<Candidate> Of(string split)
        {
            ChannelGroup[] before = [.. UniformPruning.Before(groups, backbone, split)];
            foreach (double ratio in Enumerable.Range(0, prunes && before.Length > 0 ? RatioParts : 1).Select(part => part / (double)RatioParts))
            {
                var front = groups.Narrowed(backbone, before.ToDictionary(group => group.Name, group => UniformPruning.Kept(group.Channels, ratio, floor))).SplitAt(split).Device;
                int each = JointCode.Encoder(front.Output, 1).Output.Elements;
                // A code with more symbols than the map has values carries nothing more.
                int channels = (int)Math.Clamp(most is { } symbols ? symbols / each : ChannelsWithoutBudget, 1, Math.Max(1, front.Output.Elements / each));
                foreach (int c in Enumerable.Range(0, Halvings + 1).Select(halving => channels >> halving).Where(c => c > 0).Distinct())
                    yield return Candidate(split, ratio, front.Then(JointCode.Encoder(front.Output, c)));
            }
        }
    }

    /// <summary>
    /// A few of those that fit: first the largest of each split point, those that no other of it surpasses with fewer filters removed and as many symbols, then the largest of
    /// the rest; of equally large ones those that lie farthest from what is chosen.
    /// </summary>
    /// <param name="fitting">All that fit.</param>
    /// <param name="count">How many.</param>
    public static IReadOnlyList<Candidate> Spread(IReadOnlyList<Candidate> fitting, int count)
    {
        if (fitting.Count == 0)
            return [];
        var places = fitting.ToDictionary(one => one, Place(fitting));
        var chosen = new List<Candidate>();
        var left = fitting.ToList();
        while (chosen.Count < count && left.Count > 0)
        {
            var largest = left.Where(one => !left.Exists(other => other.Split == one.Split && IsLarger(other, one))).ToList();
            left = [.. left.Except(largest)];
            for (; chosen.Count < count && largest.Count > 0; largest.Remove(chosen[^1]))
            {
                // The one that computes most is the likeliest to be accurate.
                chosen.Add(chosen.Count == 0 ? largest.MaxBy(one => one.Cost.Macs)! : largest.MaxBy(one => chosen.Min(other => Distance(places[one], places[other])))!);
            }
        }
        return chosen;
    }

    static Candidate Candidate(string split, double ratio, Network device)
    {
        var cost = DeviceCost.Of(device);
        return new(string.Create(CultureInfo.InvariantCulture, $"split {split}, {ratio:0.##} of the filters removed, {cost.Symbols} symbols"), cost) { Split = split, Ratio = ratio };
    }

    static bool IsLarger(Candidate a, Candidate b) => a.Ratio <= b.Ratio && a.Cost.Symbols >= b.Cost.Symbols && (a.Ratio < b.Ratio || a.Cost.Symbols > b.Cost.Symbols);

    // Split point, MACs and symbols, the last two by their logarithms, each from 0 to 1.
    static Func<Candidate, double[]> Place(IReadOnlyList<Candidate> fitting)
    {
        var splits = fitting.Select(one => one.Split).Distinct().ToList();
        Func<Candidate, double>[] axes = [one => splits.IndexOf(one.Split), one => Math.Log2(one.Cost.Macs!.Value), one => Math.Log2(one.Cost.Symbols!.Value)];
        (double Low, double Width)[] ranges = [.. axes.Select(axis => (fitting.Min(axis), Math.Max(fitting.Max(axis) - fitting.Min(axis), 1e-9)))];
        return one => [.. axes.Zip(ranges, (axis, range) => (axis(one) - range.Low) / range.Width)];
    }

    static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (x, y) => (x - y) * (x - y)).Sum());
}
