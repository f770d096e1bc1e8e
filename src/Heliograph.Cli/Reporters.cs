using System.Diagnostics;
using Heliograph.Experiments.Runs;
using Heliograph.Wording;
using Spectre.Console;

namespace Heliograph.Cli;

/// <summary>Chooses how progress is shown: a live bar on a terminal, plain lines elsewhere.</summary>
static class Reporters
{
    /// <summary>Does work that reports.</summary>
    /// <param name="toStandardError">True when standard output is kept for JSON.</param>
    /// <param name="work">The work.</param>
    public static T Run<T>(bool toStandardError, Func<IRunReporter, T> work)
    {
        bool redirected = toStandardError ? Console.IsErrorRedirected : Console.IsOutputRedirected;
        var writer = toStandardError ? Console.Error : Console.Out;
        if (redirected)
            return work(new PlainReporter(writer));
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        return console.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .Start(context => work(new TerminalReporter(console, context)));
    }

    public static string Text(RunProgress p) =>
        p.ImagesPerSecond > 0
            ? FormattableString.Invariant($"{p.Step}  {p.Activity}  {p.ImagesPerSecond:0} images/s  loss {p.Loss:0.000}")
                + (p.Top1 is { } top1 ? FormattableString.Invariant($"  {top1:0.0} %") : "") + $"  {Duration.Text(p.Remaining)} left"
            : $"{p.Step}  {p.Activity}";
}

/// <summary>Plain lines; progress at most every 30 seconds.</summary>
sealed class PlainReporter(TextWriter writer) : IRunReporter
{
    readonly Stopwatch sinceProgress = Stopwatch.StartNew();

    public void Line(string text) => writer.WriteLine(Printable.Line(text));

    public void Warning(string text) => writer.WriteLine("warning: " + Printable.Line(text));

    public void Progress(RunProgress progress)
    {
        if (sinceProgress.Elapsed.TotalSeconds < 30)
            return;
        sinceProgress.Restart();
        writer.WriteLine(FormattableString.Invariant($"{Reporters.Text(progress)}  ({progress.Fraction:0.0 %})"));
    }
}

/// <summary>A live bar under the lines.</summary>
sealed class TerminalReporter(IAnsiConsole console, ProgressContext context) : IRunReporter
{
    ProgressTask? task;
    string? step;

    public void Line(string text) => console.WriteLine(Printable.Line(text));

    public void Warning(string text) => console.MarkupLineInterpolated($"[yellow]warning:[/] {Printable.Line(text)}");

    public void Progress(RunProgress progress)
    {
        if (step != progress.Step)
        {
            if (task is not null)
                (task.Value, task.Description) = (100, Markup.Escape(step!));
            (step, task) = (progress.Step, context.AddTask(progress.Step));
        }
        task!.Description = Markup.Escape(Reporters.Text(progress));
        task.Value = 100 * progress.Fraction;
    }
}
