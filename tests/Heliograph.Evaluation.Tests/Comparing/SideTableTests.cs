using Heliograph.Evaluation.Comparing;

namespace Heliograph.Evaluation.Tests.Comparing;

public class SideTableTests
{
    static readonly HitsSource A = Source("runs/a", 1, "1100"), B = Source("runs/b", 1, "1110"), C = Source("runs/c", 1, "0000");

    [Fact]
    public void Every_side_stands_beside_the_first()
    {
        var table = SideTable.Of([[A], [B], [C]]);
        Assert.Equal(["runs/a", "runs/b", "runs/c"], table.Lines.Select(line => line.Side[0]));
        Assert.Equal([50, 75, 0], table.Lines.Select(line => line.Top1.Top1));
        Assert.Equal([null, 25, -50], table.Lines.Select(line => line.Difference));
        // As the comparison of the two alone has it.
        var alone = Comparison.Of([C], [A]).Points[0];
        Assert.Equal((alone.Ci95, (double?)alone.Pairs[0].McNemarP), (table.Lines[2].Ci95, table.Lines[2].P));
        string csv = table.Table().Csv();
        Assert.StartsWith("snr_db,side,runs,top1,sd,difference,ci95,p\n14.5,runs/a,1,50,,,,\n14.5,runs/b,1,75,,25,", csv, StringComparison.Ordinal);
        Assert.Contains("| 14.5 | c | 1 | 0.00 |  | −50.00 |", table.Table().Markdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_seeds_it_has_mean_and_deviation_and_the_paired_test_over_seeds()
    {
        HitsSource[] first = [Source("x-1", 1, "1000"), Source("x-2", 2, "1000"), Source("x-3", 3, "1100")], second = [Source("y-1", 1, "1100"), Source("y-2", 2, "1110"), Source("y-3", 3, "1110")];
        var lines = SideTable.Of([first, second, second]).Lines;
        // Differences 25, 50, 25: mean 33.33, deviation 14.43; t = 4 with two degrees: p = 0.0572.
        Assert.Equal(3, lines.Count);
        Assert.Equal(33.3333, lines[1].Difference!.Value, 1e-3);
        Assert.Equal(0.0572, lines[1].P!.Value, 1e-4);
        Assert.Equal(14.4338, lines[0].Top1.Deviation!.Value, 1e-3);
        Assert.Equal(lines[1] with { Side = [] }, lines[2] with { Side = [] });
        Assert.Contains("| 14.5 | y | 3 |", SideTable.Of([first, second]).Table().Markdown(), StringComparison.Ordinal);
    }

    [Fact]
    public void Sides_of_other_images_are_refused() =>
        Assert.Contains("measured on different images", Assert.Throws<UsageException>(() => SideTable.Of([[A], [B], [C with { Hits = C.Hits with { Data = "other" } }]])).Message, StringComparison.Ordinal);

    static HitsSource Source(string name, ulong seed, string hits) => new(name, new("test", "d", seed, [SomeHits.At(14.5, hits)]));
}
