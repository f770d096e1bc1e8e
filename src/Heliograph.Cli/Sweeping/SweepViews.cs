using System.Diagnostics;
using Heliograph.Experiments.Runs;
using Heliograph.Wording;
using Spectre.Console;

namespace Heliograph.Cli.Sweeping;

/// <summary>Shows how a sweep goes.</summary>
interface ISweepView
{
    /// <summary>Says something that stays.</summary>
    void Say(string line, bool isFailure);

    /// <summary>Called often.</summary>
    void Show(SweepState state, IEnumerable<RunningNode> running);
}

/// <summary>A line for each node that ends, and at most every 30 seconds where all stand.</summary>
sealed class PlainSweepView(TextWriter writer, int jobs) : ISweepView
{
    readonly Stopwatch sinceLine = Stopwatch.StartNew();

    public void Say(string line, bool isFailure) => writer.WriteLine(line);

    public void Show(SweepState state, IEnumerable<RunningNode> running)
    {
        if (sinceLine.Elapsed.TotalSeconds < 30)
            return;
        sinceLine.Restart();
        writer.WriteLine(state.Line(jobs));
    }
}

/// <summary>The same lines on a terminal, with what runs below them.</summary>
sealed class LiveSweepView(IAnsiConsole console, LiveDisplayContext live, int jobs) : ISweepView
{
    public void Say(string line, bool isFailure) => console.MarkupLine(isFailure ? $"[red]{Markup.Escape(line)}[/]" : Markup.Escape(line));

    public void Show(SweepState state, IEnumerable<RunningNode> running)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("node", "time", "at");
        foreach (var (node, elapsed, lastLine) in running)
            table.AddRow(Markup.Escape(node.Name), Duration.Text(elapsed), Markup.Escape(Printable.Line(lastLine)));
        live.UpdateTarget(new Rows(table, new Text(state.Line(jobs))));
    }
}
