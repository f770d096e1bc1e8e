using Heliograph.Evaluation.Overview;
using Heliograph.Experiments.Runs;

namespace Heliograph.Evaluation.Reports;

/// <summary>A run on a page.</summary>
/// <param name="Summary">How far it has come.</param>
/// <param name="Report">What its steps did; null where none is finished, or where it cannot be read.</param>
sealed record PageRun(RunSummary Summary, RunReport? Report)
{
    /// <summary>How far it has come, in words: what is not finished is not to look finished.</summary>
    public string State => Summary switch
    {
        { Fault: { } fault } => $"{Summary.Step}: {fault}",
        { Evaluation: not null } => "measured",
        _ => $"not measured yet: {Summary.Step}",
    };

    /// <summary>The commit of the code that last worked on it.</summary>
    public string Commit => Report?.Calls.LastOrDefault(call => call.Commit is not null)?.Commit ?? "";

    /// <summary>The command lines that made it.</summary>
    public IReadOnlyList<string> Commands => Report is null ? [] : ReportText.Commands(Report);

    /// <summary>Reads what a summary does not tell.</summary>
    public static PageRun Of(RunSummary summary)
    {
        if (summary.Fault is not null || summary.Top1 is null)
            return new(summary, null);
        using var run = RunFolder.OpenForReading(summary.Run);
        return new(summary, RunReport.Of(run));
    }

    /// <summary>Accuracy after a step, in percent; null where it is not finished.</summary>
    public double? After(string step) => Report?.Steps.FirstOrDefault(done => done.Name == step)?.Top1;
}
