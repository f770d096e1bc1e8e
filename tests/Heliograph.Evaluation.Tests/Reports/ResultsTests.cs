using System.Globalization;
using Heliograph.Evaluation.Reports;
using Heliograph.Experiments;
using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Runs;

namespace Heliograph.Evaluation.Tests.Reports;

/// <summary>docs/results.md and the records beside it.</summary>
public sealed class ResultsTests
{
    static readonly string Records = Path.Combine(Repository.Root, "docs", "results");

    static string Text { get; } = File.ReadAllText(Records + ".md");

    public static TheoryData<string> Runs => [.. Directory.GetDirectories(Records).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_report_says_what_its_records_say(string name)
    {
        using var run = Open(name);
        Assert.Equal(File.ReadAllText(run.In("report.md")), ReportText.Markdown(RunReport.Of(run)));
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void A_run_is_made_by_the_experiment_that_ships_or_the_text_says_by_that_of_which_commit(string name)
    {
        using var run = Open(name);
        var call = RunReport.Of(run).Calls.Last(call => call.Arguments is ["train", not "--resume", ..]);
        (_, string yaml, string source) = ExperimentFiles.Resolve(call.Arguments![1]);
        Assert.Contains($"`{call.Arguments[1]}`", Text, StringComparison.Ordinal);
        string now = Told(OptionsBinder.Bind<Experiment>(yaml, source));
        // What it was made with is the record's own experiment.
        if (now != Told(run.ReadExperiment()))
            Assert.Contains($"{name} (commit {call.Commit![..7]})", Text, StringComparison.Ordinal);

        // As a run records it.
        static string Told(Experiment experiment) => OptionsBinder.ToYaml(experiment.Resolved(experiment.Code) with { Threads = 0 });
    }

    [Theory]
    [MemberData(nameof(Runs))]
    public void The_summary_says_what_was_measured(string name)
    {
        using var run = Open(name);
        var report = RunReport.Of(run);
        if (report.Evaluation is not { } pair)
        {
            Assert.Contains(report.Steps[^1].Top1.ToString("0.00", CultureInfo.InvariantCulture), Text, StringComparison.Ordinal);
            return;
        }
        var point = pair.Points.Single(point => point.SnrDb == 14.5);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture,
            $"| [{name}](results/{name}/report.md) | {pair.Split} | {pair.DeviceMacs:N0} | {pair.Symbols:N0} | {point.Top1:0.00} ± {point.Ci95:0.00} | {pair.BackboneTop1 - point.Top1:0.00} |"),
            Text, StringComparison.Ordinal);
    }

    static RunFolder Open(string name) => RunFolder.OpenForReading(Path.Combine(Records, name));
}
