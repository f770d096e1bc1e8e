using Heliograph.Channels;
using Heliograph.Networks;

namespace Heliograph.Tests.Networks;

public sealed class SnrFilmTests
{
    static readonly Shape Map = new(3, 2, 2);

    [Theory]
    [InlineData(-6, 20, 28)]
    [InlineData(0, 2.5, 5)]
    [InlineData(14.5, 14.5, 2)]
    public void Folding_makes_a_table_whose_rows_are_what_the_perceptron_gives(double low, double high, int rows)
    {
        var network = new Network(Map, [new SnrFilm("told", ["input"], low, high, 5), new Relu("relu", ["told"])]);
        var weights = Drawn.Weights(network, 3);
        var (folded, arrays) = Folding.Fold(network, weights);
        Assert.Equal(Folding.Folded(network), folded);
        Assert.Equal(new SnrTable("told", ["input"], low, 1, rows), folded.Layers[0]);
        Assert.Equal(["told.scale", "told.shift"], arrays.Keys);
        double[] image = Drawn.Doubles(Drawn.Normal(Map.Elements, 4));
        foreach (double? reported in (double?[])[null, .. Enumerable.Range(0, rows - 1).Select(row => (double?)(low + row)), low - 50, high + 50])
        {
            double[] expected = new Naive(network, weights) { ReportedDb = reported }.Forward(image);
            Drawn.AssertClose(expected, [.. new Naive(folded, arrays) { ReportedDb = reported }.Forward(image).Select(value => (float)value)], 1e-6);
        }
        Assert.Equal(Map.Elements, network.Cost().Macs);
        Assert.Equal(Map.Elements, folded.Cost().Macs);
    }

    [Fact]
    public void A_report_has_the_nearest_row()
    {
        var table = new SnrTable("told", ["input"], -6, 2, 15);
        int RowOf(double decibels) => table.RowOf(Snr.FromDecibels(decibels));
        Assert.Equal((0, 1, 1, 2, 14, 14), (table.RowOf(null), RowOf(-6), RowOf(-5.1), RowOf(-4.9), RowOf(20), RowOf(100)));
        Assert.Equal((1, 14, 1), (RowOf(-100), table.RowOf(Snr.Infinite), table.RowOf(new(0))));
        Assert.Equal("a reported SNR must be a number", Assert.Throws<UsageException>(() => RowOf(double.NaN)).Message);
        Assert.Throws<UsageException>(() => table.RowOf(new(-1)));
    }

    [Theory]
    [InlineData(0, 20, 0)]
    [InlineData(20, 0, 4)]
    [InlineData(-1000, 1000, 4)]
    [InlineData(double.NegativeInfinity, 0, 4)]
    [InlineData(0, double.NaN, 4)]
    public void A_range_that_makes_no_sense_is_refused(double low, double high, int features) =>
        Assert.Contains("hidden unit", Assert.Throws<UsageException>(() => new Network(Map, [new SnrFilm("told", ["input"], low, high, features)])).Message, StringComparison.Ordinal);
}
