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
    public void What_is_sent_has_a_power_of_1_again()
    {
        // 16-QAM has the levels ±1/√5 and ±3/√5 on each axis, with their borders at 0 and ±2/√5 = ±0.894.
        float one = 1 / MathF.Sqrt(5), three = 3 * one;
        float[] symbols = [0.9f, -0.2f, 0.89f, 2, -0.01f, 0.01f], moved = [three, -one, one, three, -one, one];
        var qam = Constellation.Parse("16-qam");
        float[] sent = [.. symbols];
        qam.Quantise(sent);
        Drawn.AssertClose(moved, sent, 1e-6);
        // Four of 1/5 and two of 9/5 have the power 22/5 in six symbols.
        float gain = MathF.Sqrt(6 / 4.4f);
        qam.QuantiseAtUnitPower(symbols);
        Drawn.AssertClose([.. moved.Select(value => gain * value)], symbols, 1e-6);

        // The points of QPSK have the same power all, and a constellation may have one at 0.
        float[] four = [0.1f, -3, 0.2f, 0.1f];
        Constellation.Parse("qpsk").QuantiseAtUnitPower(four);
        Drawn.AssertClose([1, -1, 1, 1], four, 1e-6);
        float[] small = [0.1f, 0.1f];
        new Constellation([(0, 0), (3, 0), (0, 3)]).QuantiseAtUnitPower(small);
        Assert.Equal([0, 0], small);
    }

    [Fact]
    public void Constellations_are_named_after_their_points()
    {
        Assert.Equal(["bpsk", "qpsk", "16-qam", "64-qam", "256-qam", "1024-qam", "4096-qam"], Constellation.Names);
        Assert.Equal([2, 4, 16, 64, 256, 1024, 4096], Constellation.Names.Select(name => Constellation.Parse(name).Points.Count));
        Assert.All(Constellation.Names, name => Assert.Equal(2, Constellation.Parse(name).Points.Average(point => point.I * point.I + point.Q * point.Q), 4));
        Assert.Equal("there is no constellation '16qam'; did you mean 16-qam? known are bpsk, qpsk, 16-qam, 64-qam, 256-qam, 1024-qam, 4096-qam",
            Assert.Throws<UsageException>(() => Constellation.Parse("16qam")).Message);
        Assert.Throws<UsageException>(() => Constellation.Parse("32-qam"));
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
