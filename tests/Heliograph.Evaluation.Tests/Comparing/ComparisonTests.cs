using System.Globalization;
using Heliograph.Evaluation.Comparing;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;

namespace Heliograph.Evaluation.Tests.Comparing;

public sealed class ComparisonTests
{
    static readonly HitsSource Pair = Source("pair", SomeHits.At(null, "1110"), SomeHits.At(0, "1000", "1100"), SomeHits.At(10, "1100", "1100"));
    static readonly HitsSource Other = Source("other", SomeHits.At(null, "1111"), SomeHits.At(10, "0011"), SomeHits.At(20, "1111"));
    static readonly HitsSource Backbone = Source("backbone", SomeHits.At(null, "0111"));

    [Fact]
    public void Two_runs_are_compared_at_the_snrs_that_both_have()
    {
        var comparison = Comparison.Of([Pair], [Other]);
        Assert.Equal([10, null], comparison.Points.Select(point => point.SnrDb));
        Assert.Equal((75, 100, -25), (comparison.Points[^1].A.Top1, comparison.Points[^1].B.Top1, comparison.Points[^1].Difference));
        Assert.Equal((50, 50, 0), (comparison.Points[0].A.Top1, comparison.Points[0].B.Top1, comparison.Points[0].Difference));
        Assert.Equal((2, 2), (comparison.Points[0].Pairs[0].OnlyA, comparison.Points[0].Pairs[0].OnlyB));
        Assert.Null(comparison.Points[0].A.Deviation);
        Assert.Equal(comparison.Points[0].Pairs[0].Ci95, comparison.Points[0].Ci95);
    }

    [Fact]
    public void A_backbone_stands_beside_every_snr()
    {
        var comparison = Comparison.Of([Pair], [Backbone]);
        Assert.Equal([0, 10, null], comparison.Points.Select(point => point.SnrDb));
        Assert.Equal([-37.5, -25, 0], comparison.Points.Select(point => point.Difference));
        Assert.Equal([37.5, 25, 0], Comparison.Of([Backbone], [Pair]).Points.Select(point => point.Difference));
        Assert.Equal([0, null], Comparison.Of([Pair], [Backbone], Grid("0")).Points.Select(point => point.SnrDb));
    }

    [Fact]
    public void Of_several_seeds_the_seeds_are_what_scatters()
    {
        // A: 25, 50, 75; B: 50, 50, 50 %. Differences −25, 0, 25: mean 0, deviation 25, 25/√3 of the mean, t 4.303 for 2 degrees of freedom.
        HitsSource[] a = [Seed(1, "1000"), Seed(2, "1100"), Seed(3, "1110")], b = [Seed(1, "1100"), Seed(2, "0011"), Seed(3, "0110")];
        var point = Assert.Single(Comparison.Of(a, b).Points);
        Assert.Equal(new SeedMean(50, 25), point.A);
        Assert.Equal(new SeedMean(50, 0), point.B);
        Assert.Equal([-25, 0, 25], point.Pairs.Select(pair => pair.Difference));
        Assert.Equal((0, Math.Round(4.303 * 25 / Math.Sqrt(3), 4)), (point.Difference, point.Ci95));
    }

    [Fact]
    public void What_does_not_belong_together_is_refused()
    {
        Refused("pair and other were measured on different images", [Pair], [Other with { Hits = Other.Hits with { Data = "b" } }]);
        Refused("pair was measured on test images, other on validation images", [Pair], [Other with { Hits = Other.Hits with { MeasuredOn = "validation" } }]);
        Refused("no SNR is common to all: pair has 0, 10 dB, x has 5 dB", [Pair], [Source("x", SomeHits.At(null, "1111"), SomeHits.At(5, "1111"))]);
        Refused("--snr: 20 dB was not measured on both sides; common to all are 10 dB", [Pair], [Other], "10,20");
        Refused("--snr: 20 dB was not measured on both sides; neither was measured with noise", [Backbone], [Backbone], "20");
        Refused("one side has 2 runs, the other 1; each seed needs a run on both", [Pair, Pair], [Other]);
        Refused("seed 1 has seed 1, seed 2 seed 2; give the runs of both sides in the same order", [Seed(1, "1"), Seed(2, "1")], [Seed(2, "1"), Seed(1, "1")]);
        Refused("seed 1 was measured on test images, seed 2 on validation images",
            [Seed(1, "1"), OnValidation(Seed(2, "1"))], [Seed(1, "1"), OnValidation(Seed(2, "1"))]);

        static HitsSource OnValidation(HitsSource source) => source with { Hits = source.Hits with { MeasuredOn = "validation" } };

        static void Refused(string message, HitsSource[] a, HitsSource[] b, string? snr = null) => Assert.StartsWith(message,
            Assert.Throws<UsageException>(() => Comparison.Of(a, b, snr is null ? null : Grid(snr))).Message, StringComparison.Ordinal);
    }

    static SnrGrid Grid(string text) => SnrGrid.Parse(text, CultureInfo.InvariantCulture);

    static HitsSource Seed(ulong seed, string draw) => new($"seed {seed}", new("test", "a", seed, [SomeHits.At(null, draw)]));

    static HitsSource Source(string name, params HitsAt[] points) => new(name, new("test", "a", 1, points));
}
