using System.CommandLine;
using Heliograph.Evaluation.Comparing;
using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Reports;
using Heliograph.Experiments.Runs;

namespace Heliograph.Cli.Commands;

static class ReportCommand
{
    /// <summary>Percentage points below the backbone that the first figure allows.</summary>
    public const double UsualDrop = 2;

    public static Command Create()
    {
        var runs = new Argument<string[]>("RUN") { Description = "The folder of a run or of its records; several of them, of evaluations (evaluate --to), or a folder of runs, for a page of all.", Arity = ArgumentArity.OneOrMore };
        var to = new Option<string?>("--to") { Description = "Write a page, index.html, and its figures into this folder; for a single run also its records, without its networks, and the report as report.md.", HelpName = "DIR" };
        var against = new Option<string?>("--against")
        {
            Description = "A reference for paired differences, such as a backbone trained for as many additional epochs: a run, its records or the folder of an evaluation, with hits on the same images.",
            HelpName = "RUN",
        };
        var snr = new Option<double?>("--snr") { Description = "The SNR in dB at which the page compares. Default: the measured one nearest to the SNR in training.", HelpName = "DB" };
        var drop = new Option<double?>("--max-drop") { Description = "Percentage points below the backbone that the first figure of the page allows. Default: 2.", HelpName = "POINTS" };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new ExampleCommand("report", "Report, as Markdown, what each step of a run did, what was measured and how the run was made; or compare several runs on a page.",
            "heliograph report runs/pool4",
            "heliograph report runs/pool4 --to results/pool4",
            "heliograph report runs/pool4 --against runs/backbone-longer",
            "heliograph report runs --to pages/all --snr 14.5 --max-drop 2",
            "heliograph report results/pool4 --json")
        { runs, to, against, snr, drop, json };
        command.SetAction(parsed =>
        {
            string[] folders = parsed.GetValue(runs)!;
            string? folder = parsed.GetValue(to);
            if (folder is null && (parsed.GetValue(snr) ?? parsed.GetValue(drop)) is not null)
                throw new UsageException("--snr and --max-drop apply to the page; give its folder with --to DIR");
            ReportPage Page() => ReportPage.Write(RunList.In(folders), folder!, parsed.GetValue(snr), parsed.GetValue(drop) ?? UsualDrop);
            if (folders is [var only] && (RunFolder.IsRun(only) || !Directory.Exists(only) || RunList.In(only, evaluations: true).Count == 0))
                return One(only, folder, parsed.GetValue(against), parsed.GetValue(json), Page);
            if (parsed.GetValue(against) is not null)
                throw new UsageException("--against is for one run; 'heliograph compare' takes several");
            if (folder is null)
                throw new UsageException("the report of several runs is a page; give its folder with --to DIR");
            var page = Page();
            if (parsed.GetValue(json))
                Output.PrintJson(page);
            else
                Output.Line($"{Path.Combine(folder, ReportPage.FileName)}: {page.Runs} runs, {page.Measured} of them measured");
            return 0;
        });
        return command;
    }

    static int One(string path, string? folder, string? reference, bool json, Func<ReportPage> page)
    {
        using var opened = RunFolder.OpenForReading(path);
        var comparison = reference is null ? null : Against(opened, reference);
        var report = RunReport.Of(opened, comparison);
        if (folder is not null)
        {
            RunRecords.Copy(opened, folder, comparison);
            page();
        }
        if (json)
            Output.PrintJson(report);
        else
            Console.Out.Write(ReportText.Markdown(report));
        return 0;
    }

    // By the folders' own names, since a report is read elsewhere.
    static Comparison Against(RunFolder run, string reference) => Comparison.Of([Named(run.Path)], [Named(reference)]);

    static HitsSource Named(string folder) => HitsSource.Open(folder, step: null) with { Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))) };
}
