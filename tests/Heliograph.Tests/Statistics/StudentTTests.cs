using Heliograph.Statistics;

namespace Heliograph.Tests.Statistics;

public sealed class StudentTTests
{
    /// <summary>P(T ≤ t) by Simpson's rule on the density, which needs no gamma function: the whole area is integrated too.</summary>
    static double Distribution(double t, int degrees)
    {
        // t = tan θ turns the density into cos(θ/√n)… of a finite range: with t = √n·tan θ it is cos^(n−1) θ.
        double Area(double to)
        {
            const int steps = 2000;
            double h = (to + Math.PI / 2) / steps, sum = 0;
            for (int i = 0; i <= steps; i++)
                sum += (i is 0 or steps ? 1 : i % 2 == 1 ? 4 : 2) * Math.Pow(Math.Cos(-Math.PI / 2 + i * h), degrees - 1);
            return sum * h / 3;
        }
        return Area(Math.Atan(t / Math.Sqrt(degrees))) / Area(Math.PI / 2);
    }

    [Fact]
    public void Quantiles_leave_two_and_a_half_percent_above()
    {
        foreach (int degrees in Enumerable.Range(1, 60).Concat([100, 1000]))
            Assert.Equal(0.975, Distribution(StudentT.Quantile(degrees), degrees), 4e-5);
    }

    [Fact]
    public void Half_the_width_of_an_interval_by_hand()
    {
        // Mean 3, deviation √2.5, five values: 2.776·√(2.5/5).
        Assert.Equal(1.963, StudentT.HalfWidth95([1, 2, 3, 4, 5])!.Value, 3);
        Assert.Equal(0, StudentT.HalfWidth95([7, 7, 7]));
        Assert.Equal(12.706 * 0.5, StudentT.HalfWidth95([1, 2])!.Value, 3);
        Assert.Null(StudentT.HalfWidth95([1]));
        Assert.Null(StudentT.HalfWidth95([]));
    }

    [Fact]
    public void The_interval_holds_the_mean_95_times_in_100()
    {
        var random = new RandomStream(5, "interval");
        int held = 0;
        for (int i = 0; i < 4000; i++)
        {
            double[] values = [.. Enumerable.Range(0, 5).Select(_ => 50 + 10 * random.NextGaussian())];
            held += Math.Abs(values.Average() - 50) <= StudentT.HalfWidth95(values) ? 1 : 0;
        }
        Assert.InRange(held / 4000.0, 0.94, 0.96);
    }

    // R: 2 * pt(-t, df).
    [Theory]
    [InlineData(12.706, 1, 0.05)]
    [InlineData(4.303, 2, 0.05)]
    [InlineData(3.182, 3, 0.05)]
    [InlineData(-2.228, 10, 0.05)]
    [InlineData(2.131, 15, 0.05)]
    [InlineData(4, 2, 0.05719)]
    [InlineData(0, 7, 1)]
    [InlineData(1, 1, 0.5)]
    public void Two_sided_p(double t, int degrees, double p) => Assert.Equal(p, StudentT.TwoSidedP(t, degrees), 2e-4);

    [Fact]
    public void Paired_p_of_what_does_not_scatter()
    {
        Assert.Null(StudentT.PairedP([1]));
        Assert.Equal((1, 0), (StudentT.PairedP([0, 0]), StudentT.PairedP([1, 1])!.Value));
        Assert.Equal(1, StudentT.PairedP([-1, 1]));
    }
}
