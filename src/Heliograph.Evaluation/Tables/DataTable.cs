using System.Text;

namespace Heliograph.Evaluation.Tables;

/// <summary>A cell of a table.</summary>
/// <param name="Text">As people read it.</param>
/// <param name="Raw">As programs read it; null for the same.</param>
public readonly record struct Cell(string Text, string? Raw = null);

/// <summary>A table that is printed, pasted into a paper or read by a program. Columns after the first are numbers.</summary>
/// <param name="Columns">Heading of each, and its name for programs.</param>
/// <param name="Rows">A cell for each column.</param>
public sealed record DataTable(ValueList<(string Heading, string Name)> Columns, ValueList<ValueList<Cell>> Rows)
{
    /// <summary>As CSV (RFC 4180), with the raw values and a line of names.</summary>
    public string Csv() => Lines(Columns.Select(column => column.Name), row => string.Join(',', row.Select(cell => CsvCell(cell.Raw ?? cell.Text))), names => string.Join(',', names.Select(CsvCell)));

    /// <summary>As a table of Markdown.</summary>
    public string Markdown() => Lines(Columns.Select(column => column.Heading), row => $"| {string.Join(" | ", row.Select(cell => MarkdownCell(cell.Text)))} |",
        headings => $"| {string.Join(" | ", headings.Select(MarkdownCell))} |\n| --- |{string.Concat(Enumerable.Repeat(" ---: |", Columns.Count - 1))}");

    /// <summary>As a <c>tabular</c> of LaTeX with the rules of <c>booktabs</c>.</summary>
    public string Latex() => $"\\begin{{tabular}}{{l{new string('r', Columns.Count - 1)}}}\n\\toprule\n"
        + Lines(Columns.Select(column => column.Heading), row => LatexRow(row.Select(cell => cell.Text)), headings => $"{LatexRow(headings)}\n\\midrule")
        + "\\bottomrule\n\\end{tabular}\n";

    string Lines(IEnumerable<string> headings, Func<ValueList<Cell>, string> line, Func<IEnumerable<string>, string> head)
    {
        var text = new StringBuilder(head(headings)).Append('\n');
        foreach (var row in Rows)
            text.Append(line(row)).Append('\n');
        return text.ToString();
    }

    static string CsvCell(string text) => text.AsSpan().ContainsAny(",\"\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

    static string MarkdownCell(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");

    static string LatexRow(IEnumerable<string> cells) => $"{string.Join(" & ", cells.Select(LatexCell))} \\\\";

    static string LatexCell(string text)
    {
        var latex = new StringBuilder();
        foreach (char letter in text.ReplaceLineEndings(" "))
        {
            latex.Append(letter switch
            {
                '\\' => "\\textbackslash{}",
                '&' or '%' or '$' or '#' or '_' or '{' or '}' => $"\\{letter}",
                '~' => "\\textasciitilde{}",
                '^' => "\\textasciicircum{}",
                '−' => "$-$",
                '±' => "$\\pm$",
                '<' => "$<$",
                '>' => "$>$",
                _ => letter.ToString(),
            });
        }
        return latex.ToString();
    }
}
