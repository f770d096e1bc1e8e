using ScottPlot;

namespace Heliograph.Evaluation.Plots;

/// <summary>The one look of all pictures: sans-serif, few lines, colours that print and that colour-blind readers tell apart (Okabe and Ito, 2008).</summary>
static class FigureStyle
{
    public const int Width = 720, Height = 440, NarrowWidth = 380, NarrowHeight = 320;
    public const float TextSize = 14, SmallTextSize = 13;

    /// <summary>Text and axes; lines behind; what does not count; the paper. Hues that SVG has a shorter name for would not be found there again.</summary>
    public const string Ink = "#212121", Grid = "#E4E4E4", Grey = "#7A7A7A", Paper = "#FFFFFF";

    /// <summary>Blue, vermilion, bluish green, reddish purple, orange, sky blue, ink.</summary>
    public static IReadOnlyList<string> Curves { get; } = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", Ink];

    // What looks alike on paper and on screens, the first that is installed; without any of them the system's own.
    static readonly string? Font = SkiaSharp.SKFontManager.Default.FontFamilies.ToArray() is var installed
        ? new[] { "Helvetica", "Arial", "Liberation Sans", "DejaVu Sans", "Noto Sans", "Segoe UI" }.FirstOrDefault(installed.Contains) : null;

    static readonly MarkerShape[] Markers = [MarkerShape.FilledCircle, MarkerShape.FilledSquare, MarkerShape.FilledTriangleUp, MarkerShape.FilledDiamond, MarkerShape.FilledTriangleDown];

    /// <summary>The colour of the curve at a place.</summary>
    public static Color ColourOf(int index) => Color.FromHex(Curves[index % Curves.Count]);

    /// <summary>Its marker: black-and-white prints tell curves apart as well.</summary>
    public static MarkerShape MarkerOf(int index) => Markers[index % Markers.Length];

    /// <summary>The style of a curve's name.</summary>
    public static LabelStyle LabelOf() => new() { FontSize = SmallTextSize, Bold = true, FontName = Font ?? Fonts.Default };

    /// <summary>An empty picture.</summary>
    public static Plot NewPlot()
    {
        var plot = new Plot();
        plot.FigureBackground.Color = plot.DataBackground.Color = Color.FromHex(Paper);
        plot.Grid.XAxisStyle.IsVisible = false;
        plot.Grid.MajorLineColor = Color.FromHex(Grid);
        plot.Axes.Top.FrameLineStyle.Width = plot.Axes.Right.FrameLineStyle.Width = plot.Axes.Left.FrameLineStyle.Width = 0;
        plot.Axes.Bottom.FrameLineStyle.Color = Color.FromHex(Ink);
        foreach (var axis in (IAxis[])[plot.Axes.Bottom, plot.Axes.Left])
        {
            axis.TickLabelStyle.FontSize = SmallTextSize;
            axis.TickLabelStyle.ForeColor = Color.FromHex(Ink);
            axis.MajorTickStyle.Color = Color.FromHex(Ink);
            axis.MajorTickStyle.Length = axis is IXAxis ? 4 : 0;
            axis.MinorTickStyle.Length = 0;
        }
        return plot;
    }

    /// <summary>Writes the words around the picture.</summary>
    public static void Name(Plot plot, string title, string x, string y)
    {
        plot.Title(title, TextSize + 1);
        plot.XLabel(x, TextSize);
        plot.YLabel(y, TextSize);
        foreach (var label in (LabelStyle[])[plot.Axes.Title.Label, plot.Axes.Bottom.Label, plot.Axes.Left.Label])
        {
            label.ForeColor = Color.FromHex(Ink);
            label.Bold = label == plot.Axes.Title.Label;
        }
        if (Font is not null)
            plot.Font.Set(Font);
    }
}
