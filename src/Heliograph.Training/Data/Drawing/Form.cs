namespace Heliograph.Training.Data.Drawing;

/// <summary>
/// A form in the plane: the signed distance from a point to its edge, negative inside (combinations give a bound that is exact near the
/// edge, which is all that drawing needs). x goes right, y down; a sign fills about −1 … 1.
/// </summary>
delegate double Form(double x, double y);

/// <summary>Makes and combines forms.</summary>
static class Forms
{
    public static Form Circle(double radius, double centreX = 0, double centreY = 0) =>
        (x, y) => Math.Sqrt((x - centreX) * (x - centreX) + (y - centreY) * (y - centreY)) - radius;

    /// <summary>A rectangle by its centre and half sides.</summary>
    public static Form Box(double halfWidth, double halfHeight, double centreX = 0, double centreY = 0) => (x, y) =>
    {
        double dx = Math.Abs(x - centreX) - halfWidth, dy = Math.Abs(y - centreY) - halfHeight;
        double outX = Math.Max(dx, 0), outY = Math.Max(dy, 0);
        return Math.Sqrt(outX * outX + outY * outY) + Math.Min(Math.Max(dx, dy), 0);
    };

    /// <summary>A stroke with round ends.</summary>
    public static Form Stroke(double halfWidth, double fromX, double fromY, double toX, double toY) => (x, y) =>
    {
        double px = x - fromX, py = y - fromY, dx = toX - fromX, dy = toY - fromY;
        double along = Math.Clamp((px * dx + py * dy) / (dx * dx + dy * dy), 0, 1);
        double ex = px - along * dx, ey = py - along * dy;
        return Math.Sqrt(ex * ex + ey * ey) - halfWidth;
    };

    /// <summary>A closed polygon, convex or not, by its corners x, y, x, y, …</summary>
    public static Form Polygon(params double[] corners) => (x, y) =>
    {
        double nearest = double.MaxValue, sign = 1;
        for (int i = 0, j = corners.Length - 2; i < corners.Length; j = i, i += 2)
        {
            double ex = corners[j] - corners[i], ey = corners[j + 1] - corners[i + 1], wx = x - corners[i], wy = y - corners[i + 1];
            double along = Math.Clamp((wx * ex + wy * ey) / (ex * ex + ey * ey), 0, 1);
            double bx = wx - along * ex, by = wy - along * ey;
            nearest = Math.Min(nearest, bx * bx + by * by);
            bool below = y >= corners[i + 1], above = y < corners[j + 1], left = ex * wy > ey * wx;
            if (below == above && above == left)
                sign = -sign;
        }
        return sign * Math.Sqrt(nearest);
    };

    /// <summary>A regular polygon, or a star when the inner radius is smaller; the first corner points up.</summary>
    public static Form Star(int points, double radius, double innerRadius) => Polygon([.. Enumerable.Range(0, 2 * points).SelectMany(i =>
    {
        (double sin, double cos) = Angle.SinCos(i * Math.PI / points);
        double r = i % 2 == 0 ? radius : innerRadius;
        return new[] { r * sin, -r * cos };
    })]);

    public static Form Or(params Form[] forms) => (x, y) =>
    {
        double distance = forms[0](x, y);
        for (int i = 1; i < forms.Length; i++)
            distance = Math.Min(distance, forms[i](x, y));
        return distance;
    };

    public static Form And(this Form form, Form other) => (x, y) => Math.Max(form(x, y), other(x, y));

    public static Form Without(this Form form, Form other) => (x, y) => Math.Max(form(x, y), -other(x, y));

    /// <summary>The form grown outwards (or shrunk, when negative) by a width.</summary>
    public static Form Grow(this Form form, double width) => (x, y) => form(x, y) - width;

    /// <summary>What is left of the form when its inside, further than a width from the edge, is taken out.</summary>
    public static Form Rim(this Form form, double width) => (x, y) =>
    {
        double distance = form(x, y);
        return Math.Max(distance, -width - distance);
    };

    public static Form UpsideDown(this Form form) => (x, y) => form(x, -y);

    /// <summary>A quarter turn: what pointed up points sideways.</summary>
    public static Form Sideways(this Form form) => (x, y) => form(y, x);
}
