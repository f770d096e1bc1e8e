using System.Globalization;
using Heliograph.Evaluation.Tables;

namespace Heliograph.Evaluation.Plots;

/// <summary>A picture as data: what is drawn, before it is drawn.</summary>
/// <param name="Title">Above it.</param>
/// <param name="X">The axis at the bottom.</param>
/// <param name="Y">The axis at the left.</param>
/// <param name="Curves">In the order in which their colours are given.</param>
public sealed record Figure(string Title, FigureAxis X, FigureAxis Y, ValueList<FigureCurve> Curves)
{
    /// <summary>All that is drawn, as CSV.</summary>
    public string Csv() => new DataTable([("", "curve"), ("", X.Name), ("", Y.Name), ("", "half_width")],
        [.. Curves.SelectMany(curve => curve.Points.Select(point => (ValueList<Cell>)[new(curve.Label), Number(point.X), Number(point.Y), Number(point.Half)]))]).Csv();

    static Cell Number(double? value) => new(value?.ToString("0.######", CultureInfo.InvariantCulture) ?? "");
}

/// <summary>An axis.</summary>
/// <param name="Label">Beside it, with the unit.</param>
/// <param name="Name">For programs.</param>
/// <param name="Scale">Linear or logarithmic.</param>
public sealed record FigureAxis(string Label, string Name, AxisScale Scale = AxisScale.Linear)
{
    /// <summary>Where the axis begins; what is less, such as 0 on a logarithmic scale, is drawn there. Null for the least value of the points.</summary>
    public double? Least { get; init; }

    /// <summary>Where a value is drawn.</summary>
    public double Shown(double value) => Least is { } least ? Math.Max(least, value) : value;
}

/// <summary>How an axis runs.</summary>
public enum AxisScale
{
    /// <summary>Alike everywhere.</summary>
    Linear,

    /// <summary>By logarithms, with ticks at 1, 2, 5, 10.</summary>
    Decades,

    /// <summary>By logarithms, with ticks at powers of two.</summary>
    Octaves,
}

/// <summary>A curve.</summary>
/// <param name="Label">Beside its end.</param>
/// <param name="Points">By ascending x.</param>
public sealed record FigureCurve(string Label, ValueList<FigurePoint> Points)
{
    /// <summary>How its points are joined.</summary>
    public CurveLine Line { get; init; }

    /// <summary>Whether its points are marked.</summary>
    public bool Marked { get; init; } = true;

    /// <summary>Whether it stands behind the others, in grey: a bound, a level, what does not count.</summary>
    public bool Behind { get; init; }
}

/// <summary>A point of a curve.</summary>
/// <param name="X">In the axis's unit.</param>
/// <param name="Y">In the axis's unit.</param>
/// <param name="Half">Half the height of the band around it; null for none.</param>
public readonly record struct FigurePoint(double X, double Y, double? Half = null);

/// <summary>How points are joined.</summary>
public enum CurveLine
{
    /// <summary>By straight lines.</summary>
    Solid,

    /// <summary>By dashes.</summary>
    Dashed,

    /// <summary>By steps: a value holds until the next point.</summary>
    Steps,

    /// <summary>Not at all.</summary>
    None,
}
