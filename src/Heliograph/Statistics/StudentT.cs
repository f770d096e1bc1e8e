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

    /// <summary>The two-sided p value of the paired t-test: how likely differences with such a mean are where there is none; null for fewer than two.</summary>
    public static double? PairedP(IReadOnlyList<double> differences)
    {
        if (differences.Count < 2)
            return null;
        double mean = differences.Average(), degrees = differences.Count - 1;
        double deviation = Math.Sqrt(differences.Sum(value => (value - mean) * (value - mean)) / degrees);
        return mean == 0 ? 1 : deviation == 0 ? 0 : TwoSidedP(mean / deviation * Math.Sqrt(differences.Count), (int)degrees);
    }

    /// <summary>The probability of a t as far from 0 or further, by the finite series for whole degrees of freedom (Abramowitz and Stegun, 26.7.3 and 26.7.4).</summary>
    public static double TwoSidedP(double t, int degrees)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(degrees, 1);
        double angle = Math.Atan(Math.Abs(t) / Math.Sqrt(degrees)), sine = Math.Sin(angle), cosine = Math.Cos(angle), odd = degrees % 2;
        double term = odd == 1 ? cosine : 1, sum = degrees == 1 ? 0 : term;
        for (int k = odd == 1 ? 3 : 2; k < degrees; k += 2)
        {
            term *= cosine * cosine * (k - 1) / k;
            sum += term;
        }
        double within = odd == 1 ? 2 / Math.PI * (angle + sine * sum) : sine * sum;
        return Math.Clamp(1 - within, 0, 1);
    }
}
