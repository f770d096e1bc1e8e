using static Heliograph.Training.Data.Drawing.Forms;

namespace Heliograph.Training.Data.Drawing;

/// <summary>One class of signs: a plate and, in another colour, what is on it.</summary>
/// <param name="Name">The class's name.</param>
/// <param name="Plate">The outer form.</param>
/// <param name="Ink">The inner form, null for a bare plate.</param>
sealed record SignKind(string Name, Form Plate, Form? Ink = null);

/// <summary>
/// The classes. Many share a plate or an ink, so that neither alone tells the class; and every class is its own mirror image or is drawn
/// mirrored half of the time, so that flipping an image never changes its class.
/// </summary>
static class SignCatalogue
{
    static readonly Form Disc = Circle(1), Square = Box(0.88, 0.88), Octagon = Star(4, 1.05, 1.05), Diamond = Polygon(0, -1.1, 1.1, 0, 0, 1.1, -1.1, 0);
    static readonly Form Triangle = Polygon(0, -1.02, 1.1, 0.86, -1.1, 0.86);
    static readonly Form Bar = Box(0.66, 0.2);
    static readonly Form Cross = Or(Stroke(0.17, -0.45, -0.45, 0.45, 0.45), Stroke(0.17, -0.45, 0.45, 0.45, -0.45));
    static readonly Form Plus = Or(Box(0.6, 0.18), Box(0.18, 0.6));
    static readonly Form Arrow = Polygon(0, -0.74, 0.52, -0.12, 0.17, -0.12, 0.17, 0.66, -0.17, 0.66, -0.17, -0.12, -0.52, -0.12);

    public static IReadOnlyList<SignKind> Kinds { get; } =
    [
        new("stop", Rotated(Octagon, Math.PI / 8), Box(0.42, 0.42)),
        new("no-entry", Disc, Bar),
        new("no-waiting", Disc, Cross),
        new("crossing", Square, Cross),
        new("first-aid", Square, Plus),
        new("junction", Triangle, Or(Box(0.44, 0.13, 0, 0.34), Box(0.13, 0.46, 0, 0.22))),
        new("warning", Triangle, Or(Polygon(-0.16, -0.4, 0.16, -0.4, 0.1, 0.28, -0.1, 0.28), Circle(0.15, 0, 0.56))),
        new("triangle", Triangle, Triangle.Grow(-0.3)),
        new("yield", Triangle.UpsideDown(), Triangle.UpsideDown().Grow(-0.3)),
        new("priority", Diamond, Diamond.Grow(-0.3)),
        new("diamond-dot", Diamond, Circle(0.36)),
        new("arrow-up", Disc, Arrow),
        new("arrow-down", Disc, Arrow.UpsideDown()),
        new("arrow-side", Disc, Arrow.Sideways()),
        new("turn", Disc, Or(Box(0.14, 0.42, 0.3, 0.22), Box(0.36, 0.14, 0.06, -0.16), Polygon(-0.72, -0.16, -0.24, -0.56, -0.24, 0.24))),
        new("pause", Disc, Or(Box(0.16, 0.54, -0.32), Box(0.16, 0.54, 0.32))),
        new("ring", Disc, Circle(0.62)),
        new("target", Disc, Or(Circle(0.3), Circle(0.72).Rim(0.2))),
        new("star", Star(5, 1.15, 0.5)),
        new("sun", Star(9, 1.1, 0.68), Circle(0.34)),
        new("moon", Circle(1).Without(Circle(0.86, 0.5, -0.1))),
        new("heart", Or(Circle(0.52, -0.46, -0.4), Circle(0.52, 0.46, -0.4), Polygon(-0.93, -0.17, 0, -0.5, 0.93, -0.17, 0, 0.95))),
        new("house", Polygon(0, -1.05, 1.05, -0.1, 0.78, -0.1, 0.78, 0.9, -0.78, 0.9, -0.78, -0.1, -1.05, -0.1), Box(0.2, 0.36, 0, 0.54)),
        new("bolt", Polygon(0.2, -1.1, -0.6, 0.2, -0.08, 0.2, -0.3, 1.1, 0.62, -0.3, 0.08, -0.3, 0.5, -1.1)),
        new("hourglass", Polygon(-0.8, -1, 0.8, -1, 0.14, 0, 0.8, 1, -0.8, 1, -0.14, 0)),
        new("stripes", Square, Or(Box(0.88, 0.14, 0, -0.52), Box(0.88, 0.14), Box(0.88, 0.14, 0, 0.52))),
        new("chequers", Square, Or(Box(0.3, 0.3, -0.58, -0.58), Box(0.3, 0.3, 0.58, -0.58), Box(0.28, 0.28), Box(0.3, 0.3, -0.58, 0.58), Box(0.3, 0.3, 0.58, 0.58))),
        new("dots", Square, Or(Circle(0.26, -0.44, -0.44), Circle(0.26, 0.44, -0.44), Circle(0.26, -0.44, 0.44), Circle(0.26, 0.44, 0.44))),
    ];

    static Form Rotated(Form form, double radians)
    {
        (double sin, double cos) = Angle.SinCos(radians);
        return (x, y) => form(cos * x - sin * y, sin * x + cos * y);
    }
}
