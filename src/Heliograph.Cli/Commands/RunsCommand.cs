using System.CommandLine;
using Heliograph.Training.Runs;
using Heliograph.Training.Steps;

namespace Heliograph.Cli.Commands;

static class RunsCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Where to look.", DefaultValueFactory = _ => "runs" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("runs", "List runs: the last finished step, its accuracy and on which images, the age.",
            "heliograph runs",
            "heliograph runs /data/runs --json")
        { folder, json };
        command.SetAction(parsed =>
        {
            var runs = Find(parsed.GetValue(folder)!);
            if (parsed.GetValue(json))
            {
                Output.PrintJson(new { runs });
                return 0;
            }
            if (runs.Count == 0)
            {
                Console.Out.WriteLine($"no runs in {parsed.GetValue(folder)}");
                return 0;
            }
            var table = new TextTable("run", "step", "top-1 (%)", "on", "age");
            foreach (var run in runs)
                table.AddRow(run.Run, run.Step, run.Top1 is { } top1 ? FormattableString.Invariant($"{top1:0.00}") : "", run.MeasuredOn ?? "", Age(run.Changed));
            table.Print();
            return 0;
        });
        return command;
    }

    sealed record RunLine(string Run, string Step, double? Top1, string? MeasuredOn, DateTime Changed);

    static List<RunLine> Find(string folder)
    {
        if (!Directory.Exists(folder))
            throw new UsageException($"there is no folder {folder}");
        return [.. Directory.EnumerateDirectories(folder).Where(path => !FileTree.LeadsUp(path)).Prepend(folder).Where(RunFolder.IsRun).Order(StringComparer.Ordinal).Select(path =>
        {
            var (step, top1, measuredOn) = State(path);
            var changed = FileTree.Of(path).Files.Select(File.GetLastWriteTimeUtc).Append(Directory.GetLastWriteTimeUtc(path)).Max();
            return new RunLine(path, step, top1, measuredOn, changed);
        })];
    }

    static (string Step, double? Top1, string? MeasuredOn) State(string path)
    {
        try
        {
            using var run = RunFolder.OpenForReading(path);
            var last = Pipeline.StepNames.Select(run.ResultOf).LastOrDefault(result => result is not null);
            return ((last?.Name, run.HasCheckpoint) switch
            {
                (null, true) => "pretrain, in the middle",
                (null, false) => "nothing done",
                (var name, true) => $"{name}, in the middle of the next",
                var (name, _) => name,
            }, last?.Top1, last?.MeasuredOn);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // The other runs are worth seeing.
            Console.Error.WriteLine($"warning: {e.Message}");
            return ("damaged", null, null);
        }
    }

    static string Age(DateTime changed) => (DateTime.UtcNow - changed) switch
    {
        { TotalMinutes: < 1 } => "now",
        { TotalHours: < 1 } age => $"{(int)age.TotalMinutes} min",
        { TotalDays: < 1 } age => $"{(int)age.TotalHours} h",
        var age => $"{(int)age.TotalDays} d",
    };
}
