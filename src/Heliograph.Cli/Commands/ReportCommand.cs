using System.CommandLine;
using Heliograph.Evaluation.Comparing;
using Heliograph.Evaluation.Reports;
using Heliograph.Experiments.Runs;

namespace Heliograph.Cli.Commands;

static class ReportCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a run or of its records." };
        var to = new Option<string?>("--to") { Description = "Copy the run's records, without its networks, into this folder, with the report as report.md.", HelpName = "DIR" };
        var against = new Option<string?>("--against")
        {
            Description = "A reference for paired differences, such as a backbone trained for as many additional epochs: a run, its records or the folder of an evaluation, with hits on the same images.",
            HelpName = "RUN",
        };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("report", "Report, as Markdown, what each step of a run did, what was measured and how the run was made.",
            "heliograph report runs/pool4",
            "heliograph report runs/pool4 --to results/pool4",
            "heliograph report runs/pool4 --against runs/backbone-longer",
            "heliograph report results/pool4 --json")
        { run, to, against, json };
        command.SetAction(parsed =>
        {
            using var opened = RunFolder.OpenForReading(parsed.GetValue(run)!);
            var comparison = parsed.GetValue(against) is { } reference ? Against(opened, reference) : null;
            var report = RunReport.Of(opened, comparison);
            if (parsed.GetValue(to) is { } folder)
                RunRecords.Copy(opened, folder, comparison);
            if (parsed.GetValue(json))
                Output.PrintJson(report);
            else
                Console.Out.Write(ReportText.Markdown(report));
            return 0;
        });
        return command;
    }

    // By the folders' own names, since a report is read elsewhere.
    static Comparison Against(RunFolder run, string reference) => Comparison.Of([Named(run.Path)], [Named(reference)]);

    static HitsSource Named(string folder) => HitsSource.Open(folder, step: null) with { Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) };
}
