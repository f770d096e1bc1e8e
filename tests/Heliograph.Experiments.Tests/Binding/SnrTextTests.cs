using System.Globalization;
using CsCheck;
using Heliograph.Experiments.Binding;
using Heliograph.Statistics;

namespace Heliograph.Experiments.Tests.Binding;

public sealed class SnrTextTests
{
    static SnrGrid Grid(string text) => SnrGrid.Parse(text, CultureInfo.InvariantCulture);

    static SnrRange Range(string text) => SnrRange.Parse(text, CultureInfo.InvariantCulture);

    [Theory]
    [InlineData("-6:20:2", new double[] { -6, -4, -2, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20 })]
    [InlineData("0:1:0.1", new[] { 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1 })]
    [InlineData("0:5:2", new double[] { 0, 2, 4 })]
    [InlineData("3:3:1", new double[] { 3 })]
    [InlineData("14.5", new[] { 14.5 })]
    [InlineData("[5, 0,14.5 ,5]", new[] { 0, 5, 14.5 })]
    [InlineData("1e1", new double[] { 10 })]
    [InlineData("0:4:2,14.5, -1", new[] { -1, 0, 2, 4, 14.5 })]
    [InlineData("0:2:1,5:6:1", new double[] { 0, 1, 2, 5, 6 })]
    public void Grids(string text, double[] decibels) => Assert.Equal(decibels, Grid(text).Decibels);

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("1,,2")]
    [InlineData("0:10")]
    [InlineData("0:10:0")]
    [InlineData("0:10:-1")]
    [InlineData("10:0:1")]
    [InlineData("0:1:1e-9")]
    [InlineData("nan")]
    [InlineData("0:inf:1")]
    [InlineData("1:2:3:4")]
    [InlineData("0:4:2,")]
    [InlineData("0:4:2,0:4")]
    public void What_is_no_grid(string text)
    {
        Assert.False(SnrGrid.TryParse(text, null, out _));
        Assert.Contains("-6:20:2", Assert.Throws<FormatException>(() => Grid(text)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Grids_are_equal_by_value()
    {
        Assert.Equal(Grid("0:4:2"), Grid("4,2,0"));
        Assert.NotEqual(Grid("0:4:2"), Grid("0:4:1"));
        Assert.Equal(Grid("0:4:2").GetHashCode(), Grid("4,2,0").GetHashCode());
        Assert.Equal(Grid("-6:20:2"), Grid(SnrGrid.Default.ToString()));
    }

    [Theory]
    [InlineData("14.5", 14.5, 14.5)]
    [InlineData("0:20", 0, 20)]
    [InlineData("-3:4", -3, 4)]
    // As it was written before: in the experiments of old runs and pairs.
    [InlineData("[0, 20]", 0, 20)]
    [InlineData("-3,4", -3, 4)]
    [InlineData("[-3]", -3, -3)]
    public void Ranges(string text, double low, double high)
    {
        Assert.Equal(new SnrRange(low, high), Range(text));
        Assert.Equal(Range(text), Range(Range(text).ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("20, 0")]
    [InlineData("20:0")]
    [InlineData("0:20:5")]
    [InlineData("0:10,20")]
    [InlineData("1,2,3")]
    [InlineData("[,]")]
    [InlineData("infinity")]
    public void What_is_no_range(string text) => Assert.False(SnrRange.TryParse(text, null, out _));

    [Fact]
    public void Draws_are_uniform_in_decibels()
    {
        var random = new RandomStream(1, "snr");
        double[] draws = [.. Enumerable.Range(0, 20_000).Select(_ => new SnrRange(-5, 15).Draw(random).Decibels)];
        Assert.InRange(draws.Min(), -5, -4.9);
        Assert.InRange(draws.Max(), 14.9, 15);
        for (int part = 0; part < 4; part++)
            Assert.InRange(draws.Count(d => d >= -5 + 5 * part && d < 5 * part), 4700, 5300);
        Assert.Equal(5, new SnrRange(-5, 15).Middle.Decibels, 12);
        Assert.Equal(14.5, new SnrRange(14.5, 14.5).Draw(random).Decibels, 12);
    }

    [Fact]
    public void Written_ranges_read_the_same() => Gen.Select(Gen.Double[-1e3, 1e3], Gen.Double[-1e3, 1e3])
        .Sample((a, b) => Assert.Equal(new SnrRange(Math.Min(a, b), Math.Max(a, b)), Range(new SnrRange(Math.Min(a, b), Math.Max(a, b)).ToString())));
}
