using System.Globalization;

namespace Heliograph.Evaluation.Comparing;

/// <summary>Numbers of comparisons as people read them.</summary>
static class ComparedNumbers
{
    /// <summary>Two decimals.</summary>
    public static string Hundredths(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>Two decimals and a sign.</summary>
    public static string Signed(double value) => value.ToString("+0.00;−0.00;0.00", CultureInfo.InvariantCulture);

    /// <summary>A p value, to four decimals.</summary>
    public static string P(double p) => p < 0.0001 ? "< 0.0001" : p.ToString("0.0000", CultureInfo.InvariantCulture);
}
