using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Heliograph.Files;
using ScottPlot;
using SkiaSharp;

namespace Heliograph.Evaluation.Plots;

/// <summary>Draws figures.</summary>
public static partial class FigureImage
{
    const float LabelGap = 8, LabelHeight = 17, LegendText = 12, LegendRow = 21, LegendMargin = 120, LegendSymbol = 60;
    const int PngScale = 2;

    /// <summary>The formats by their file endings.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".svg", ".png", ".pdf", ".csv"];

    /// <summary>Writes a figure in the format that the file's ending names.</summary>
    /// <exception cref="UsageException">The ending is none of <see cref="Endings"/>.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(Figure figure, string path)
    {
        CheckEnding(path);
        byte[] bytes = Path.GetExtension(path).ToLowerInvariant() switch
        {
            ".svg" => Encoding.UTF8.GetBytes(Svg(figure)),
            ".png" => Png(figure),
            ".pdf" => Pdf(figure),
            _ => Encoding.UTF8.GetBytes(figure.Csv()),
        };
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }

    /// <summary>Refuses a file whose format is not known.</summary>
    /// <exception cref="UsageException">The ending is none of <see cref="Endings"/>.</exception>
    public static void CheckEnding(string path)
    {
        if (!Endings.Contains(Path.GetExtension(path).ToLowerInvariant()))
            throw new UsageException($"{path}: pictures are written as {string.Join(", ", Endings)}; give a name that ends so");
    }

    /// <summary>As SVG that scales, with text as text.</summary>
    public static string Svg(Figure figure)
    {
        var (width, height) = SizeOf(figure);
        return Svg(figure, width, height, named: true);
    }

    static string Svg(Figure figure, int width, int height, bool named)
    {
        using var plot = Draw(figure, width, height, named);
        string svg = plot.GetSvgXml(width, height);
        svg = svg[svg.IndexOf("<svg", StringComparison.Ordinal)..].Trim();
        svg = Size().Replace(svg, $"viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\"", 1);
        // The font that drew it may be missing where it is read: another one has other widths.
        svg = GlyphPlaces().Replace(svg, "$1");
        return FontFamily().Replace(svg, "font-family=\"Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif\"") + "\n";
    }

    static byte[] Png(Figure figure)
    {
        var (width, height) = SizeOf(figure);
        using var plot = Draw(figure, width, height);
        plot.ScaleFactor = PngScale;
        return plot.GetImageBytes(PngScale * width, PngScale * height, ImageFormat.Png);
    }

    static byte[] Pdf(Figure figure)
    {
        var (width, height) = SizeOf(figure);
        using var plot = Draw(figure, width, height);
        using var stream = new MemoryStream();
        using (var document = SKDocument.CreatePdf(stream))
        {
            plot.Render(document.BeginPage(width, height), width, height);
            document.EndPage();
            document.Close();
        }
        return stream.ToArray();
    }

    /// <summary>As SVG for a page that has colours of its own: <c>var(--ink)</c>, <c>--grid</c>, <c>--grey</c> and <c>--paper</c>.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="prefix">Before the names within, of which a page must not have two.</param>
    /// <param name="narrow">For a phone: small, and without the names of the curves, which <see cref="Legend"/> gives.</param>
    public static string PageSvg(Figure figure, string prefix, bool narrow)
    {
        string svg = narrow ? Svg(figure, FigureStyle.NarrowWidth, FigureStyle.NarrowHeight, named: false) : Svg(figure);
        svg = Ids().Replace(svg, match => $"{match.Groups[1].Value}{prefix}-{match.Groups[2].Value}");
        foreach (var (colour, name) in ((string, string)[])[(FigureStyle.Ink, "ink"), (FigureStyle.Grid, "grid"), (FigureStyle.Grey, "grey"), ("white", "paper")])
            svg = svg.Replace($"\"{colour}\"", $"\"var(--{name})\"", StringComparison.OrdinalIgnoreCase);
        return svg;
    }

    /// <summary>The colour of text and axes on paper.</summary>
    public static string Ink => FigureStyle.Ink;

    /// <summary>The curves' names with their colours.</summary>
    public static IEnumerable<(string Label, string Colour)> Legend(Figure figure)
    {
        int colour = 0;
        foreach (var curve in figure.Curves)
            yield return (curve.Label, curve.Behind ? FigureStyle.Grey : FigureStyle.Curves[colour++ % FigureStyle.Curves.Count]);
    }

    // So many curves have their names beside their ends; the names of more stand right of the figure.
    static bool IsDirect(Figure figure) => figure.Curves.Count * LabelHeight < FigureStyle.Height * 0.7;

    static (int Width, int Height) SizeOf(Figure figure) => IsDirect(figure) ? (FigureStyle.Width, FigureStyle.Height)
        : (FigureStyle.Width + (int)(LegendSymbol + figure.Curves.Max(curve => Measured(curve.Label))), Math.Max(FigureStyle.Height, (int)(LegendMargin + LegendRow * figure.Curves.Count)));

    static Plot Draw(Figure figure, int pictureWidth, int pictureHeight, bool named = true)
    {
        var plot = FigureStyle.NewPlot();
        FigureStyle.Name(plot, named ? figure.Title : "", figure.X.Label, figure.Y.Label);
        var points = figure.Curves.SelectMany(curve => curve.Points).ToList();
        var x = Ticks.Of(figure.X.Scale, points.Min(point => figure.X.Shown(point.X)), points.Max(point => figure.X.Shown(point.X)), toTicks: false);
        var y = Ticks.Of(figure.Y.Scale, points.Min(point => point.Y - (figure.Y.Scale == AxisScale.Linear ? point.Half ?? 0 : 0)), points.Max(point => point.Y + (point.Half ?? 0)), toTicks: true);
        plot.Axes.Bottom.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. x.At], [.. x.Texts]);
        plot.Axes.Left.TickGenerator = new ScottPlot.TickGenerators.NumericManual([.. y.At], [.. y.Texts]);
        bool direct = named && IsDirect(figure);
        int colour = 0;
        var ends = new List<(string Label, double X, double Y, Color Colour)>();
        foreach (var curve in figure.Curves)
        {
            var shade = curve.Behind ? Color.FromHex(FigureStyle.Grey) : FigureStyle.ColourOf(colour);
            var marker = curve.Behind ? MarkerShape.OpenCircle : FigureStyle.MarkerOf(colour);
            if (!curve.Behind)
                colour++;
            Add(plot, figure, curve, shade, marker, inLegend: named && !direct);
            ends.Add((curve.Label, Ticks.OnScale(figure.X.Scale, figure.X.Shown(curve.Points[^1].X)), Ticks.OnScale(figure.Y.Scale, curve.Points[^1].Y), shade));
        }
        // The axis's name stands left of its longest number.
        float left = Math.Max(70, y.Texts.Max(Measured) + 38), right = !named ? 8 : pictureWidth - FigureStyle.Width + 20, bottom = 62, top = named ? 44 : 12, width = pictureWidth - left - right, height = pictureHeight - top - bottom;
        plot.Layout.Fixed(new PixelPadding(left, right, bottom, top));
        // Labels stand within the axes, right of where the curves end: there is room for the longest.
        float labels = direct ? ends.Max(end => Measured(end.Label)) + LabelGap + 6 : 10;
        plot.Axes.SetLimits(x.Low, x.High + (x.High - x.Low) * labels / (width - labels), y.Low, y.High);
        if (direct)
        {
            Label(plot, ends, (plot.Axes.GetLimits().Right - x.Low) / width, y, height);
            // A label may cover a line, but no point.
            foreach (var line in plot.GetPlottables<ScottPlot.Plottables.Scatter>().ToList())
                Repeat(plot, line);
        }
        else if (named)
        {
            plot.Legend.FontSize = LegendText;
            plot.ShowLegend(Edge.Right);
        }
        else
            plot.HideLegend();
        return plot;
    }

    static void Add(Plot plot, Figure figure, FigureCurve curve, Color shade, MarkerShape marker, bool inLegend)
    {
        double[] xs = [.. curve.Points.Select(point => Ticks.OnScale(figure.X.Scale, figure.X.Shown(point.X)))], ys = [.. curve.Points.Select(point => Ticks.OnScale(figure.Y.Scale, point.Y))];
        if (curve.Points.Count > 1 && figure.Y.Scale == AxisScale.Linear && curve.Points.Any(point => point.Half > 0))
        {
            var band = plot.Add.FillY(xs, [.. curve.Points.Select(point => point.Y - (point.Half ?? 0))], [.. curve.Points.Select(point => point.Y + (point.Half ?? 0))]);
            band.FillColor = shade.WithAlpha(0.2);
            band.LineWidth = 0;
            band.MarkerStyle.IsVisible = false;
        }
        var line = plot.Add.Scatter(xs, ys, shade);
        line.LineWidth = curve.Line == CurveLine.None ? 0 : curve.Behind ? 1.5f : 2;
        line.LinePattern = curve.Line == CurveLine.Dashed ? LinePattern.Dashed : LinePattern.Solid;
        if (curve.Line == CurveLine.Steps)
            line.ConnectStyle = ConnectStyle.StepHorizontal;
        line.MarkerShape = marker;
        line.MarkerSize = curve.Marked ? 7 : 0;
        line.LegendText = inLegend ? curve.Label : "";
    }

    static void Repeat(Plot plot, ScottPlot.Plottables.Scatter line)
    {
        var points = plot.Add.ScatterPoints(line.Data.GetScatterPoints().ToArray(), line.Color);
        (points.MarkerShape, points.MarkerSize) = (line.MarkerShape, line.MarkerSize);
    }

    // Beside the curves' ends, moved apart where they would cover each other.
    static void Label(Plot plot, List<(string Label, double X, double Y, Color Colour)> ends, double across, Ticks y, float height)
    {
        double unit = (y.High - y.Low) / height;
        foreach (var together in Above([.. ends.OrderBy(end => end.X)], end => end.X, end => end.X + across * (LabelGap + Measured(end.Label))))
        {
            var order = together.OrderBy(end => end.Y).ToList();
            double[] at = Apart([.. order.Select(end => end.Y)], unit * LabelHeight, y.Low + unit * LabelHeight / 2, y.High - unit * LabelHeight / 2);
            foreach (var (end, place) in order.Zip(at))
            {
                var text = plot.Add.Text(end.Label, end.X, place);
                var style = FigureStyle.LabelOf();
                (text.LabelFontSize, text.LabelBold, text.LabelFontName) = (style.FontSize, style.Bold, style.FontName);
                text.LabelFontColor = end.Colour;
                text.LabelAlignment = Alignment.MiddleLeft;
                text.LabelBackgroundColor = Color.FromHex(FigureStyle.Paper).WithAlpha(0.8);
                text.OffsetX = LabelGap;
            }
        }
    }

    /// <summary>Groups of those that would stand above each other, at least in part.</summary>
    /// <param name="ascending">By where they begin.</param>
    /// <param name="begin">Where one begins.</param>
    /// <param name="end">Where it ends.</param>
    internal static IEnumerable<List<T>> Above<T>(IReadOnlyList<T> ascending, Func<T, double> begin, Func<T, double> end)
    {
        var group = new List<T>();
        double reach = double.NegativeInfinity;
        foreach (var one in ascending)
        {
            if (group.Count > 0 && begin(one) > reach)
            {
                yield return group;
                (group, reach) = ([], double.NegativeInfinity);
            }
            group.Add(one);
            reach = Math.Max(reach, end(one));
        }
        if (group.Count > 0)
            yield return group;
    }

    /// <summary>Places as near to ascending ones as they can be at a distance from each other: where some are too near, all of them move as little as possible.</summary>
    internal static double[] Apart(double[] places, double distance, double low, double high)
    {
        // Blocks of neighbours that touch: what their first place would be, on average, and how many they are.
        var blocks = new List<(double Sum, int Count)>();
        foreach (double place in places)
        {
            blocks.Add((place, 1));
            while (blocks is [.., var before, var last] && before.Sum / before.Count + before.Count * distance > last.Sum / last.Count)
            {
                blocks.RemoveAt(blocks.Count - 1);
                blocks[^1] = (before.Sum + last.Sum - last.Count * before.Count * distance, before.Count + last.Count);
            }
        }
        double[] apart = [.. blocks.SelectMany(block => Enumerable.Range(0, block.Count).Select(i => block.Sum / block.Count + i * distance))];
        for (int i = 0; i < apart.Length; i++)
            apart[i] = Math.Max(apart[i], low + i * distance);
        for (int i = 0; i < apart.Length; i++)
            apart[i] = Math.Min(apart[i], high - (apart.Length - 1 - i) * distance);
        return apart;
    }

    static float Measured(string text)
    {
        using var paint = Paint.NewDisposablePaint();
        return FigureStyle.LabelOf().Measure(text, paint).Width;
    }

    [GeneratedRegex("width=\"[0-9]+\" height=\"[0-9]+\"")]
    private static partial Regex Size();

    [GeneratedRegex("(id=\"|url\\(#|href=\"#)([A-Za-z])")]
    private static partial Regex Ids();

    [GeneratedRegex("(?<=<text[^>]*)( [xy]=\"[-0-9.]+),[^\"]*(?=\")")]
    private static partial Regex GlyphPlaces();

    [GeneratedRegex("font-family=\"[^\"]*\"")]
    private static partial Regex FontFamily();
}
