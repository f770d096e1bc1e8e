using Heliograph.Channels;
using Heliograph.Digital;
using Heliograph.Statistics;

namespace Heliograph.Tests.Digital;

public sealed class ModulationTests
{
    public static TheoryData<string> Names => ["bpsk", "qpsk", "16-qam", "64-qam"];

    /// <summary>IEEE Std 802.11-2020, tables 17-10 to 17-13, times √2 so that a real symbol has the power 1.</summary>
    [Theory]
    [InlineData("bpsk", "0", -1, 0, 1)]
    [InlineData("bpsk", "1", 1, 0, 1)]
    [InlineData("qpsk", "01", -1, 1, 2)]
    [InlineData("qpsk", "10", 1, -1, 2)]
    [InlineData("16-qam", "0001", -3, -1, 10)]
    [InlineData("16-qam", "1110", 1, 3, 10)]
    [InlineData("64-qam", "000001", -7, -5, 42)]
    [InlineData("64-qam", "011010", -3, -1, 42)]
    [InlineData("64-qam", "110111", 1, 3, 42)]
    [InlineData("64-qam", "101100", 5, 7, 42)]
    public void Bits_are_mapped_as_the_standard_says(string name, string bits, double i, double q, double power)
    {
        float[] symbols = new float[2];
        Modulation.Parse(name).Map([.. bits.Select(bit => (byte)(bit - '0'))], symbols);
        Assert.Equal(i * Math.Sqrt(2 / power), symbols[0], 6);
        Assert.Equal(q * Math.Sqrt(2 / power), symbols[1], 6);
    }

    [Theory, MemberData(nameof(Names))]
    public void All_points_together_have_a_power_of_1_a_symbol(string name)
    {
        var points = Points(Modulation.Parse(name));
        Assert.Equal(2, points.Average(point => point.I * point.I + point.Q * point.Q), 6);
        Assert.Equal(points.Length, points.Distinct().Count());
    }

    [Theory, MemberData(nameof(Names))]
    public void Ratios_are_those_of_the_definition_over_all_points(string name)
    {
        var modulation = Modulation.Parse(name);
        var points = Points(modulation);
        int bits = modulation.BitsPerSample;
        var random = new RandomStream(1, "received");
        var snr = Snr.FromDecibels(4);
        float[] symbols = [.. Enumerable.Range(0, 400).Select(_ => (float)(1.5 * random.NextGaussian()))], maxLog = new float[200 * bits], exact = new float[200 * bits];
        modulation.Demap(symbols, maxLog);
        modulation.DemapExactly(symbols, snr, exact);
        for (int sample = 0; sample < 200; sample++)
            for (int bit = 0; bit < bits; bit++)
            {
                double[] Distances(int value) => [.. points.Where((_, label) => (label >> (bits - 1 - bit) & 1) == value)
                    .Select(point => Math.Pow(symbols[2 * sample] - point.I, 2) + Math.Pow(symbols[2 * sample + 1] - point.Q, 2))];
                Assert.Equal((Distances(1).Min() - Distances(0).Min()) / 2, maxLog[sample * bits + bit], tolerance: 1e-4);
                double LogSum(int value) => Math.Log(Distances(value).Sum(d => Math.Exp(-d / (2 * snr.NoiseVariance))));
                Assert.Equal(LogSum(0) - LogSum(1), exact[sample * bits + bit], tolerance: 1e-4);
            }
    }

    [Fact]
    public void Exact_ratios_do_not_underflow_far_from_every_level()
    {
        float[] llrs = new float[6];
        Modulation.Qam64.DemapExactly([1000, -1000], Snr.FromDecibels(30), llrs);
        Assert.All(llrs, llr => Assert.True(float.IsFinite(llr)));
        Assert.True(llrs[0] < 0 && llrs[3] > 0);
    }

    [Fact]
    public void What_is_impossible_is_refused_in_one_line()
    {
        Assert.Equal("there is no modulation 'qpks'; did you mean qpsk? known are bpsk, qpsk, 16-qam, 64-qam", Assert.Throws<UsageException>(() => Modulation.Parse("qpks")).Message);
        Assert.Equal("symbol 1 of 4 is NaN: a received symbol must be a finite number",
            Assert.Throws<InvalidDataException>(() => Modulation.Qpsk.Demap([1, float.NaN, 1, 1], new float[4])).Message);
        Assert.Throws<ArgumentException>(() => Modulation.Qpsk.Demap(new float[4], new float[5]));
        Assert.Throws<ArgumentException>(() => Modulation.Qpsk.Map(new byte[3], new float[2]));
        Assert.Throws<ArgumentException>(() => Modulation.Qpsk.DemapExactly(new float[4], Snr.Infinite, new float[4]));
    }

    static (float I, float Q)[] Points(Modulation modulation) => [.. Enumerable.Range(0, 1 << modulation.BitsPerSample).Select(label =>
    {
        float[] symbols = new float[2];
        modulation.Map([.. Enumerable.Range(0, modulation.BitsPerSample).Select(bit => (byte)(label >> (modulation.BitsPerSample - 1 - bit) & 1))], symbols);
        return (symbols[0], symbols[1]);
    })];
}
