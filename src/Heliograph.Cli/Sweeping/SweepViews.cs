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

    /// <summary>One of the sweep's runs has all of its steps and is measured.</summary>
    void RunIsDone();

    /// <summary>Called often.</summary>
    void Show(SweepState state, IEnumerable<RunningNode> running);
}

/// <summary>A line for each node that ends, and at most every 30 seconds where all stand.</summary>
/// <param name="writer">Where to.</param>
/// <param name="jobs">How many run side by side.</param>
/// <param name="result">What the runs so far come to, for so many columns; told after each; null for nothing.</param>
sealed class PlainSweepView(TextWriter writer, int jobs, Func<int, string>? result = null) : ISweepView
{
    readonly Stopwatch sinceLine = Stopwatch.StartNew();

    public void Say(string line, bool isFailure) => writer.WriteLine(line);

    public void RunIsDone() => writer.Write(result?.Invoke(int.MaxValue) ?? "");

    public void Show(SweepState state, IEnumerable<RunningNode> running)
    {
        if (sinceLine.Elapsed.TotalSeconds < 30)
            return;
        sinceLine.Restart();
        writer.WriteLine(state.Line(jobs));
    }
}

/// <summary>The same lines on a terminal, with what runs below them.</summary>
/// <param name="console">The terminal.</param>
/// <param name="live">What is shown below the lines.</param>
/// <param name="jobs">How many run side by side.</param>
/// <param name="result">What the runs so far come to, for so many columns; shown below all; null for nothing.</param>
sealed class LiveSweepView(IAnsiConsole console, LiveDisplayContext live, int jobs, Func<int, string>? result = null) : ISweepView
{
    string soFar = result?.Invoke(console.Profile.Width) ?? "";

    public void Say(string line, bool isFailure) => console.MarkupLine(isFailure ? $"[red]{Markup.Escape(line)}[/]" : Markup.Escape(line));

    public void RunIsDone() => soFar = result?.Invoke(console.Profile.Width) ?? "";

    public void Show(SweepState state, IEnumerable<RunningNode> running)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("node", "time", "at");
        foreach (var (node, elapsed, lastLine) in running)
            table.AddRow(Markup.Escape(node.Name), Duration.Text(elapsed), Markup.Escape(Printable.Line(lastLine)));
        live.UpdateTarget(new Rows(table, new Text(state.Line(jobs)), new Text(soFar)));
    }
}
