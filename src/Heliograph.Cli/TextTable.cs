using Heliograph.Wording;
using Spectre.Console;

namespace Heliograph.Cli;

/// <summary>
/// A table whose columns after the first are numbers. If the terminal is too narrow for it, each row becomes lines of a name and a value: no
/// cell is ever broken. Output that goes to a file or another program is never narrow.
/// </summary>
/// <param name="columns">Their headings.</param>
sealed class TextTable(params string[] columns)
{
    readonly List<string[]> rows = [];

    /// <summary>A cell for each column, as plain text.</summary>
    public void AddRow(params string[] cells) => rows.Add([.. cells.Select(Printable.Line)]);

    /// <summary>Writes it to standard output.</summary>
    public void Print() => Console.Out.Write(ToString(Console.IsOutputRedirected ? int.MaxValue : AnsiConsole.Profile.Width));

    /// <summary>The table for a terminal of this many columns.</summary>
    public string ToString(int width)
    {
        string wide = Wide();
        return wide.Split(Environment.NewLine).Max(line => line.Length) <= width ? wide : Narrow();
    }

    string Wide()
    {
        var table = new Table().Border(TableBorder.Simple);
        for (int i = 0; i < columns.Length; i++)
            table.AddColumn(new TableColumn(Markup.Escape(columns[i])) { Alignment = i == 0 ? Justify.Left : Justify.Right, NoWrap = true });
        foreach (string[] row in rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        using var text = new StringWriter();
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(text) });
        console.Profile.Width = 100_000;
        console.Write(table);
        return text.ToString();
    }

    string Narrow()
    {
        using var text = new StringWriter();
        int name = columns.Skip(1).Max(column => column.Length);
        foreach (string[] row in rows)
        {
            text.WriteLine($"{columns[0]}: {row[0]}");
            foreach (var (column, cell) in columns.Zip(row).Skip(1).Where(pair => pair.Second.Length > 0))
                text.WriteLine($"  {column.PadRight(name)}  {cell}");
        }
        return text.ToString();
    }
}
