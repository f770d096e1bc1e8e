namespace Heliograph.Training.Data.Drawing;

/// <summary>Sine and cosine from sums and products alone, so that every machine gets the same bits (a system's own may differ in the last).</summary>
static class Angle
{
    /// <summary>Sine and cosine of an angle in radians, to within 10⁻⁹ for angles up to a few turns.</summary>
    public static (double Sin, double Cos) SinCos(double radians)
    {
        // A quarter turn at most is left for the series.
        double turns = Math.Round(radians / (Math.PI / 2));
        double x = radians - turns * (Math.PI / 2), square = x * x;
        double sin = x * (1 - square / 6 * (1 - square / 20 * (1 - square / 42 * (1 - square / 72 * (1 - square / 110)))));
        double cos = 1 - square / 2 * (1 - square / 12 * (1 - square / 30 * (1 - square / 56 * (1 - square / 90 * (1 - square / 132)))));
        return ((int)turns & 3) switch
        {
            0 => (sin, cos),
            1 => (cos, -sin),
            2 => (-sin, -cos),
            _ => (-cos, sin),
        };
    }
}
