using System.CommandLine;
using Heliograph.Evaluation.Reports;
using Heliograph.Experiments.Runs;
using Heliograph.Files;
using Heliograph.Wording;

namespace Heliograph.Cli.Commands;

static class RunsCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("FOLDER") { Description = "Folder to list.", DefaultValueFactory = _ => "runs" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("runs",
            "List runs: last finished step, split point, MACs of the device half, symbols of an image, SNR in training, accuracy (for a pair: through the channel, in the middle of these SNRs) and on which images, and age.",
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
                Output.Line($"no runs in {parsed.GetValue(folder)}");
                return 0;
            }
            var table = new TextTable("run", "step", "split", "MACs", "symbols", "SNR (dB)", "top-1 (%)", "on", "age");
            foreach (var run in runs)
            {
                table.AddRow(run.Run, run.Step, run.Split ?? "", FormattableString.Invariant($"{run.DeviceMacs:N0}"), FormattableString.Invariant($"{run.Symbols:N0}"), run.Snr ?? "",
                    FormattableString.Invariant($"{run.Top1:0.00}"), run.MeasuredOn ?? "", Age(run.Changed));
            }
            table.Print();
            return 0;
        });
        return command;
    }

    sealed record RunLine(
        string Run, string Step, string? Split, long? DeviceMacs, int? Symbols, string? Snr, double? Top1, string? MeasuredOn, DateTime Changed);

    static List<RunLine> Find(string folder)
    {
        if (!Directory.Exists(folder))
            throw new UsageException($"there is no folder {folder}");
        return [.. Directory.EnumerateDirectories(folder).Where(path => !FileTree.LeadsUp(path)).Prepend(folder).Where(RunFolder.IsRun).Order(StringComparer.Ordinal).Select(path =>
        {
            var state = State(path);
            var changed = FileTree.Of(path).Files.Select(File.GetLastWriteTimeUtc).Append(Directory.GetLastWriteTimeUtc(path)).Max();
            return new RunLine(path, state.Step, state.Split, state.DeviceMacs, state.Symbols, state.Snr, state.Top1, state.MeasuredOn, changed);
        })];
    }

    static RunSummary State(string path)
    {
        try
        {
            using var run = RunFolder.OpenForReading(path);
            return RunSummary.Of(run);
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            // The other runs are still worth showing.
            Output.Note($"warning: {e.Message}");
            return new(e is InvalidDataException ? "damaged" : "cannot be read", null, null, null, null, null, null);
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
