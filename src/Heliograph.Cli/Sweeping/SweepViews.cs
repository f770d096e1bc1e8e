using System.Diagnostics;
using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Sweeps;
using Heliograph.Wording;
using Spectre.Console;

namespace Heliograph.Cli.Sweeping;

/// <summary>Shows how a sweep goes.</summary>
interface ISweepView
{
    /// <summary>A node has ended.</summary>
    /// <param name="node">Which.</param>
    /// <param name="failure">Why it failed, or null.</param>
    /// <param name="time">How long it took.</param>
    /// <param name="top1">Accuracy after its last step, in percent.</param>
    void Ends(SweepNode node, string? failure, TimeSpan time, double? top1);

    /// <summary>Called often.</summary>
    void Show(SweepState state, IEnumerable<NodeProcess> running);
}

/// <summary>A line for each node that ends, and at most every 30 seconds where all stand.</summary>
/// <param name="writer">Where to.</param>
/// <param name="jobs">How many run side by side.</param>
/// <param name="result">What the runs so far come to, for so many columns; told after each; null for nothing.</param>
sealed class PlainSweepView(TextWriter writer, int jobs, Func<int, string>? result = null) : ISweepView
{
    readonly Stopwatch sinceLine = Stopwatch.StartNew();

    public void Ends(SweepNode node, string? failure, TimeSpan time, double? top1)
    {
        writer.WriteLine(Text(node, failure, time, top1));
        if (failure is null && node.Until is null && result is not null)
            writer.Write(result(int.MaxValue));
    }

    public void Show(SweepState state, IEnumerable<NodeProcess> running)
    {
        if (sinceLine.Elapsed.TotalSeconds < 30)
            return;
        sinceLine.Restart();
        writer.WriteLine(state.Line(jobs));
    }

    internal static string Text(SweepNode node, string? failure, TimeSpan time, double? top1) => failure is null
        ? $"done: {node.Name}, {Duration.Text(time)}{(top1 is { } accuracy ? FormattableString.Invariant($", {accuracy:0.00} %") : "")}"
        : $"failed: {node.Name}: {failure}";
}

/// <summary>The same lines on a terminal, with what runs below them.</summary>
/// <param name="console">The terminal.</param>
/// <param name="live">What is shown below the lines.</param>
/// <param name="jobs">How many run side by side.</param>
/// <param name="result">What the runs so far come to, for so many columns; shown below all; null for nothing.</param>
sealed class LiveSweepView(IAnsiConsole console, LiveDisplayContext live, int jobs, Func<int, string>? result = null) : ISweepView
{
    string soFar = result?.Invoke(console.Profile.Width) ?? "";

    public void Ends(SweepNode node, string? failure, TimeSpan time, double? top1)
    {
        string text = Markup.Escape(PlainSweepView.Text(node, failure, time, top1));
        console.MarkupLine(failure is null ? text : $"[red]{text}[/]");
        if (failure is null && node.Until is null && result is not null)
            soFar = result(console.Profile.Width);
    }

    public void Show(SweepState state, IEnumerable<NodeProcess> running)
    {
        var table = new Table().Border(TableBorder.None).HideHeaders().AddColumns("node", "time", "at");
        foreach (var process in running)
            table.AddRow(Markup.Escape(process.Node.Name), Duration.Text(process.Elapsed), Markup.Escape(Printable.Line(process.LastLine)));
        live.UpdateTarget(new Rows(table, new Text(state.Line(jobs)), new Text(soFar)));
    }
}
