using System.CommandLine;
using Heliograph.Training.Reports;
using Heliograph.Training.Runs;

namespace Heliograph.Cli.Commands;

static class ReportCommand
{
    public static Command Create()
    {
        var run = new Argument<string>("RUN") { Description = "The folder of a run, or of its records." };
        var to = new Option<string?>("--to") { Description = "Copy the run's records there, without its networks, and the report as report.md.", HelpName = "DIR" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("report", "Say what every step of a run did, what was measured, and with what it was made, as Markdown.",
            "heliograph report runs/pool4",
            "heliograph report runs/pool4 --to results/pool4",
            "heliograph report results/pool4 --json")
        { run, to, json };
        command.SetAction(parsed =>
        {
            using var opened = RunFolder.OpenForReading(parsed.GetValue(run)!);
            var report = RunReport.Of(opened);
            if (parsed.GetValue(to) is { } folder)
                RunRecords.Copy(opened, folder);
            if (parsed.GetValue(json))
                Output.PrintJson(report);
            else
                Console.Out.Write(ReportText.Markdown(report));
            return 0;
        });
        return command;
    }
}
