using Heliograph.Digital;
using Heliograph.Statistics;

namespace Heliograph.Tests.Digital;

public sealed class ConstellationTests
{
    [Fact]
    public void Points_are_scaled_to_a_power_of_1_a_symbol()
    {
        var triangle = new Constellation([(0, 0), (3, 0), (0, 3)]);
        Assert.Equal(2, triangle.Points.Average(point => point.I * point.I + point.Q * point.Q), 6);
        Assert.Equal(16, Constellation.Of(Modulation.Qam16).Points.Count);
        Assert.Equal([(-MathF.Sqrt(2), 0), (MathF.Sqrt(2), 0)], Constellation.Of(Modulation.Bpsk).Points);
    }

    [Fact]
    public void Each_pair_of_symbols_moves_to_its_nearest_point()
    {
        var random = new RandomStream(1, "symbols");
        foreach (var constellation in Modulation.All.Select(Constellation.Of).Append(new([(0, 0), (3, 0), (0, 3)])))
        {
            float[] symbols = [.. Enumerable.Range(0, 101).Select(_ => (float)random.NextGaussian())], sent = [.. symbols];
            constellation.Quantise(sent);
            for (int i = 0; i < 100; i += 2)
            {
                double Distance((float I, float Q) point) => Math.Pow(point.I - symbols[i], 2) + Math.Pow(point.Q - symbols[i + 1], 2);
                Assert.Contains((sent[i], sent[i + 1]), constellation.Points);
                Assert.Equal(constellation.Points.Min(Distance), Distance((sent[i], sent[i + 1])), 5);
            }
            // The last is sent alone.
            Assert.Equal(constellation.Points.Min(point => Math.Abs(point.I - symbols[100])), Math.Abs(sent[100] - symbols[100]), 5);
        }
    }

    [Fact]
    public void What_is_impossible_is_refused_in_one_line()
    {
        Assert.Equal("a constellation needs at least one point", Assert.Throws<UsageException>(() => new Constellation([])).Message);
        Assert.Equal("point 1 of a constellation is (NaN, 0): it must be two finite numbers", Assert.Throws<UsageException>(() => new Constellation([(1, 1), (float.NaN, 0)])).Message);
        Assert.Equal("all points of a constellation are zero: nothing would be sent", Assert.Throws<UsageException>(() => new Constellation([(0, 0)])).Message);
        float[] symbols = [1, 2, float.NaN];
        Assert.Equal("symbol 2 of 3 is NaN: no point is nearest to it", Assert.Throws<InvalidDataException>(() => Constellation.Of(Modulation.Qpsk).Quantise(symbols)).Message);
        Assert.Equal([1, 2], symbols[..2]);
    }
}
