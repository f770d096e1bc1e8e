using System.Globalization;
using System.Net;
using System.Text;
using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Plots;
using Heliograph.Evaluation.Tables;
using Heliograph.Wording;

namespace Heliograph.Evaluation.Reports;

/// <summary>The page: no script, nothing from elsewhere, light and dark, for wide screens and phones.</summary>
static class PageHtml
{
    public static string Of(IReadOnlyList<PageRun> runs, IReadOnlyList<RunGroup> groups, IReadOnlyList<PageFigure> figures, double? snrDb)
    {
        int measured = runs.Count(run => run.Summary.Evaluation is not null);
        string title = runs.Count == 1 ? runs[0].Summary.Name : $"{runs.Count} runs";
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Text(title)} – Heliograph</title>
            <style>{Style}</style>
            </head>
            <body>
            <main>
            <h1>{Text(title)}</h1>
            <p>{Text(Summary(runs, groups, measured))}</p>

            """);
        if (snrDb is { } at)
        {
            page.Append(CultureInfo.InvariantCulture, $"<h2>Experiments at {at:0.##} dB</h2>\n<p>For several seeds: the mean, the standard deviation, and the 95 % interval of the mean. For a single run: the interval over draws of the noise.</p>\n");
            Append(page, PageTables.Experiments(groups, at));
        }
        else
        {
            page.Append("<p class=\"none\">Nothing is measured yet: <code>heliograph train --resume --run RUN</code> goes on with a run, and <code>heliograph evaluate RUN</code> measures its pair.</p>\n");
        }
        foreach (var figure in figures)
            Append(page, figure);
        page.Append("<h2>Runs</h2>\n<p>Accuracy by step, in percent; after the steps that make a pair through the channel.</p>\n");
        Append(page, PageTables.Runs(runs));
        page.Append("<p><a href=\"runs.csv\">runs.csv</a> · <a href=\"points.csv\">points.csv</a></p>\n</main>\n</body>\n</html>\n");
        return page.ToString();
    }

    static string Summary(IReadOnlyList<PageRun> runs, IReadOnlyList<RunGroup> groups, int measured)
    {
        var text = new StringBuilder();
        if (groups.Count > 0)
        {
            var first = groups[0].First;
            text.Append(CultureInfo.InvariantCulture, $"Measured on {first.Evaluation!.Images:N0} {first.Evaluation.MeasuredOn} images of {first.Experiment!.Data.Name}. ").Replace("  ", " ");
        }
        text.Append(CultureInfo.InvariantCulture, $"{measured} of {runs.Count} {(runs.Count == 1 ? "run is" : "runs are")} measured");
        string[] open = [.. runs.Where(run => run.Summary.Evaluation is null).Select(run => $"{run.Summary.Name} ({run.Summary.Step})")];
        return text.Append(open.Length > 0 ? $"; without an evaluation: {string.Join(", ", open)}." : ".").ToString();
    }

    static void Append(StringBuilder page, PageFigure figure)
    {
        page.Append(CultureInfo.InvariantCulture, $"<h2>{Text(figure.Heading)}</h2>\n");
        if (figure.Figure is null)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p class=\"none\">{Text(figure.Text)}</p>\n");
            return;
        }
        page.Append("<figure>\n");
        foreach (bool narrow in (bool[])[false, true])
        {
            string svg = FigureImage.PageSvg(figure.Figure, $"{figure.File}-{(narrow ? 'n' : 'w')}", narrow);
            page.Append(CultureInfo.InvariantCulture, $"<div class=\"{(narrow ? "narrow" : "wide")}\" aria-label=\"{Text(figure.Heading)}\">{svg}</div>\n");
        }
        page.Append("<ul class=\"narrow legend\">");
        foreach (var (label, colour) in FigureImage.Legend(figure.Figure))
            page.Append(CultureInfo.InvariantCulture, $"<li style=\"--c:{(colour == FigureImage.Ink ? "var(--ink)" : colour)}\">{Text(label)}</li>");
        page.Append(CultureInfo.InvariantCulture, $"</ul>\n<figcaption>{Text(figure.Text)} <a href=\"{figure.File}.svg\">SVG</a> · <a href=\"{figure.File}.png\">PNG</a> · <a href=\"{figure.File}.csv\">CSV</a></figcaption>\n</figure>\n");
    }

    static void Append(StringBuilder page, DataTable table)
    {
        page.Append("<div class=\"scroll\"><table>\n<thead><tr>");
        foreach (var (heading, _) in table.Columns)
            page.Append(CultureInfo.InvariantCulture, $"<th>{Text(heading)}</th>");
        page.Append("</tr></thead>\n<tbody>\n");
        foreach (var row in table.Rows)
        {
            page.Append("<tr>");
            foreach (var (cell, column) in row.Zip(table.Columns))
                page.Append(column.Name == "commands" && cell.Text.Length > 0 ? $"<td class=\"t\"><details><summary>command</summary><pre>{string.Join('\n', cell.Text.Split('\n').Select(Text))}</pre></details></td>"
                    : double.TryParse(cell.Text, CultureInfo.InvariantCulture, out _) ? $"<td>{Text(cell.Text)}</td>" : $"<td class=\"t\">{Text(cell.Text)}</td>");
            page.Append("</tr>\n");
        }
        page.Append("</tbody>\n</table></div>\n");
    }

    // Names come from outside.
    static string Text(string text) => WebUtility.HtmlEncode(Printable.Line(text));

    const string Style = """

        :root { color-scheme: light dark; --ink: #222; --paper: #fff; --grid: #e4e4e4; --grey: #6b6b6b; --line: #d6d6d6; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #16181b; --grid: #303338; --grey: #a0a0a0; --line: #3a3e44; } a { color: #7db7ff } }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "Helvetica Neue", Arial, sans-serif; }
        main { max-width: 54rem; margin: 0 auto; padding: 1rem; }
        h1 { font-size: 1.6rem; margin: .5rem 0; }
        h2 { font-size: 1.15rem; margin: 2.2rem 0 .4rem; }
        figure { margin: 0; }
        figure svg { display: block; width: 100%; height: auto; }
        .wide { max-width: 720px; }
        figcaption, .none { color: var(--grey); font-size: .9rem; }
        .scroll { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums; }
        th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; vertical-align: top; }
        th { font-weight: 600; }
        th:first-child, td.t { text-align: left; }
        pre { margin: .3rem 0; white-space: pre-wrap; overflow-wrap: anywhere; min-width: 18rem; font-size: .8rem; }
        .narrow { display: none; }
        .legend { list-style: none; margin: .2rem 0; padding: 0; font-size: .85rem; }
        .legend li::before { content: ""; display: inline-block; width: .8rem; height: .8rem; margin-right: .4rem; border-radius: 50%; background: var(--c); vertical-align: -.05rem; }
        @media (max-width: 560px) { .wide { display: none } .narrow { display: block } }

        """;
}
