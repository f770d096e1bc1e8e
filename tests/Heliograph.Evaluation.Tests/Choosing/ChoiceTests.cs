using Heliograph.Evaluation.Choosing;
using Heliograph.Evaluation.Overview;
using Heliograph.Statistics;

namespace Heliograph.Evaluation.Tests.Choosing;

public sealed class ChoiceTests
{
    static Candidate Point(string name, double? top1, long macs, int symbols, long? ram, double? backbone = 75) => new(name, new(macs, symbols, ram, 4 * macs))
    {
        Accuracy = top1 is { } known ? new(known, null, 0.5) : null,
        BackboneTop1 = backbone,
        Missing = top1 is null ? "not measured yet (prune)" : null,
    };

    [Fact]
    public void What_fits_comes_best_first_and_the_front_is_what_nothing_else_surpasses()
    {
        var choice = Choice.Of(
        [
            Point("cheap", 65, 1000, 64, 500),
            Point("slow", 70, 5000, 64, 500),
            Point("best", 70, 4000, 64, 500),
            Point("twin", 70, 4000, 64, 500),
            Point("narrow", 60, 4000, 8, 500),
            Point("small", 64, 1000, 64, 400),
            Point("beaten", 64, 1000, 64, 401),
            Point("unknown", 60, 6000, 64, null),
        ], []);
        Assert.Equal(["best*", "twin*", "slow", "cheap*", "small*", "beaten", "narrow*", "unknown*"], choice.Fitting.Select(one => one.Candidate.Name + (one.IsOnFront ? "*" : "")));
        Assert.Empty(choice.Others);
    }

    [Fact]
    public void Whatever_is_not_on_the_front_is_surpassed_by_something_that_is()
    {
        var random = new RandomStream(1, "choice");
        int Draw() => random.NextInt(4);
        Candidate[] all = [.. Enumerable.Range(0, 60).Select(i => Point($"{i}", 60 + Draw(), 1 + Draw(), 1 + Draw(), 1 + Draw()))];
        var choice = Choice.Of(all, []);
        var (front, rest) = (choice.Fitting.Where(one => one.IsOnFront).ToList(), choice.Fitting.Where(one => !one.IsOnFront).ToList());
        Assert.NotEmpty(rest);
        Assert.All(rest, one => Assert.Contains(front, other => NowhereWorse(other.Candidate, one.Candidate)));
        Assert.All(front, one => Assert.DoesNotContain(all, other => NowhereWorse(other, one.Candidate) && !NowhereWorse(one.Candidate, other)));

        static bool NowhereWorse(Candidate a, Candidate b) =>
            a.Accuracy!.Top1 >= b.Accuracy!.Top1 && a.Cost.Macs <= b.Cost.Macs && a.Cost.Symbols <= b.Cost.Symbols && a.Cost.RamBytes <= b.Cost.RamBytes;
    }

    [Fact]
    public void Each_that_falls_out_says_every_budget_that_it_does_not_meet()
    {
        var choice = Choice.Of(
        [
            Point("fits", 73, 4_000_000, 64, 64_000),
            Point("all", 72.5, 24_478_720, 65, 64_001),
            Point("records", 74, 1000, 8, null),
            Point("orphan", 74, 1000, 8, 500, backbone: null),
            Point("unmeasured", null, 5_000_000, 8, 500),
        ], [Budget.Macs(4e6), Budget.Symbols(64), Budget.Ram(64_000), Budget.Flash(16e6), Budget.Drop(2)]);
        Assert.Equal("fits", Assert.Single(choice.Fitting).Candidate.Name);
        var reasons = choice.Others.ToDictionary(one => one.Candidate.Name, one => string.Join("; ", one.Reasons));
        Assert.Equal("24,478,720 MACs > 4,000,000; 65 symbols > 64; 64,001 bytes of memory > 64,000; 97,914,880 bytes of weights > 16,000,000; 2.5 points below the backbone > 2", reasons["all"]);
        Assert.Equal("its memory is not known: no device half is here", reasons["records"]);
        Assert.Equal("the accuracy of its backbone is not known", reasons["orphan"]);
        Assert.Equal("not measured yet (prune); 5,000,000 MACs > 4,000,000; 20,000,000 bytes of weights > 16,000,000", reasons["unmeasured"]);
        // The excess is known of one alone, that of its MACs.
        Assert.Equal("all", choice.Others[0].Candidate.Name);
        Assert.Equal(24_478_720 / 4e6 - 1, choice.Others[0].Excess!.Value, 1e-9);
        Assert.All(choice.Others.Skip(1), one => Assert.Null(one.Excess));
        Assert.Null(choice.Nearest);
    }

    [Theory]
    // Half as much again of one budget is farther than a fifth more of two; points below the backbone count in budgets of 2, or in points.
    [InlineData(2, "two")]
    [InlineData(0.5, "one")]
    [InlineData(0, "one")]
    public void The_nearest_has_the_smallest_worst_excess(double drop, string nearest)
    {
        var choice = Choice.Of(
        [
            Point("one", 75, 150, 10, 10),
            Point("two", 72.6, 120, 12, 10),
            Point("unknown", 75, 101, 10, null),
            Point("far", 40, 100, 10, 10),
        ], [Budget.Macs(100), Budget.Symbols(10), Budget.Ram(10), Budget.Drop(drop)]);
        Assert.Empty(choice.Fitting);
        Assert.Equal(nearest, choice.Nearest!.Candidate.Name);
        Assert.StartsWith($"none of 4 meets the budgets; the nearest is {nearest}: 1", ChoiceText.Nothing(choice), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("512", 512)]
    [InlineData("4M", 4e6)]
    [InlineData("2.5M", 2.5e6)]
    [InlineData("1e6", 1e6)]
    [InlineData("64k", 64_000)]
    [InlineData("64 kB", 64_000)]
    [InlineData("64Ki", 65_536)]
    [InlineData("1MiB", 1_048_576)]
    public void Budgets_are_numbers_with_units(string text, double number) => Assert.Equal(number, Budget.Read("--max-ram", text, Quantity.Bytes));

    [Theory]
    [InlineData("64q", "--max-ram: '64q' is not a number, such as 500, 64k or 4M; known units are B, k, kB, ")]
    [InlineData("64K", "--max-ram: '64K' is not a number")]
    [InlineData("many", "--max-ram: 'many' is not a number")]
    [InlineData("1e999", "--max-ram: '1e999' is not a number")]
    [InlineData("", "--max-ram: '' is not a number")]
    [InlineData("-4M", "--max-ram must be above 0, not -4M")]
    [InlineData("0", "--max-ram must be above 0, not 0")]
    public void What_is_no_budget_is_refused(string text, string said) =>
        Assert.StartsWith(said, Assert.Throws<UsageException>(() => Budget.Read("--max-ram", text, Quantity.Bytes)).Message, StringComparison.Ordinal);
}
