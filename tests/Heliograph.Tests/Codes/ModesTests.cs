using Heliograph.Channels;
using Heliograph.Codes;

namespace Heliograph.Tests.Codes;

public sealed class ModesTests
{
    static readonly Modes Modes = new([0, 0.5], [4, 8, 16], -6, 20);

    [Fact]
    public void The_edge_half_reads_symbols_zeros_and_the_condition()
    {
        var input = new float[Modes.EdgeInputLength];
        Modes.WriteEdgeInput([1, 2, 3, 4, 5, 6, 7, 8], new(1, 8), Snr.FromDecibels(13.5), input);
        // 16 symbols; 13.5 dB is halfway from the middle, 7, to the highest, 20; three numbers of symbols; two widths.
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0.5f, 0, 1, 0, 0, 1], input.Select(value => MathF.Round(value, 5)));
    }

    [Theory]
    [InlineData(-30, -1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void An_snr_beyond_training_counts_as_the_nearest(double decibels, float expected)
    {
        var condition = new float[Modes.ConditionLength];
        Modes.WriteCondition(Modes.Largest, new(Math.Pow(10, decibels / 10)), condition);
        Assert.Equal(expected, condition[0]);
    }

    [Fact]
    public void Parts_add_up_to_the_numbers_of_symbols()
    {
        Assert.Equal([4, 4, 8], Modes.Parts);
        Assert.Equal([new(0, 16), new(0, 8), new(0, 4), new(1, 16), new(1, 8), new(1, 4)], Modes.All);
    }

    [Fact]
    public void What_the_pair_does_not_have_is_refused_by_name()
    {
        Assert.Equal(new(1, 8), Modes.Find(0.5, 8, "p"));
        Assert.Equal(new(0, 16), Modes.Find(null, null, "p"));
        Assert.Equal("p cannot send 5 symbols; it has 4, 8, 16", Assert.Throws<UsageException>(() => Modes.Find(null, 5, "p")).Message);
        Assert.Equal("p has no width with 0.25 of the filters removed; it has 0, 0.5", Assert.Throws<UsageException>(() => Modes.Find(0.25, 8, "p")).Message);
        Assert.Throws<UsageException>(() => new Modes([0.5, 0.25], [4], 0, 0));
        Assert.Throws<UsageException>(() => new Modes([0], [0, 4], 0, 0));
    }
}
