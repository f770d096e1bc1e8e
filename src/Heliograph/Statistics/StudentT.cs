namespace Heliograph.Statistics;

/// <summary>Confidence intervals for the mean of a few measurements.</summary>
static class StudentT
{
    // 97.5 % quantiles for 1 to 30 degrees of freedom.
    static readonly double[] Quantiles =
    [
        12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
        2.120, 2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042,
    ];

    /// <summary>Half the width of the 95 % interval of the mean, to four decimals; null for fewer than two values.</summary>
    public static double? HalfWidth95(IReadOnlyList<double> values)
    {
        if (values.Count < 2)
            return null;
        double mean = values.Average(), degrees = values.Count - 1;
        double deviation = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / degrees);
        return Math.Round(Quantile((int)degrees) * deviation / Math.Sqrt(values.Count), 4);
    }

    /// <summary>The 97.5 % quantile of Student's t; beyond the table by the expansion around the normal's 1.95996.</summary>
    public static double Quantile(int degrees) =>
        degrees <= Quantiles.Length ? Quantiles[degrees - 1] : 1.95996 + 2.37227 / degrees + 2.8225 / ((double)degrees * degrees);
}
