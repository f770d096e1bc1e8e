using System.Globalization;
using System.Text;
using Heliograph.Evaluation.Overview;
using Heliograph.Evaluation.Plots;
using Heliograph.Evaluation.Tables;
using Heliograph.Experiments.Recipes;
using Heliograph.Files;

namespace Heliograph.Evaluation.Reports;

/// <summary>Runs as one page that needs nothing else, with its figures and tables beside it.</summary>
/// <param name="Runs">How many runs there are.</param>
/// <param name="Measured">How many of them have an evaluation.</param>
/// <param name="Files">What was written, the page first.</param>
public sealed record ReportPage(int Runs, int Measured, ValueList<string> Files)
{
    /// <summary>Name of the page.</summary>
    public const string FileName = "index.html";

    static readonly string[] Formats = [".svg", ".png", ".csv"];

    /// <summary>Writes a page of runs: <c>index.html</c>, a picture of each figure as SVG and PNG and its numbers as CSV, <c>runs.csv</c> and <c>points.csv</c>.</summary>
    /// <param name="runs">At least one; those without an evaluation are shown as such.</param>
    /// <param name="folder">Where to; made where needed. Of an earlier page, the same files are replaced.</param>
    /// <param name="snrDb">At which SNR accuracies are compared, in dB; null for the one nearest to the trainings'.</param>
    /// <param name="maxDrop">Percentage points below the backbone that are allowed in figure 3.</param>
    /// <exception cref="UsageException">The folder is no place for it, or the runs were measured on different data.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static ReportPage Write(IReadOnlyList<RunSummary> runs, string folder, double? snrDb, double maxDrop)
    {
        CheckPlace(folder);
        PageRun[] read = [.. runs.Select(PageRun.Of)];
        var groups = RunGroup.Of(runs.SelectMany(run => run.InModes()));
        double? at = snrDb ?? RunFigures.UsualSnr(groups);
        IReadOnlyList<PageFigure> figures = at is { } snr && groups.Any(group => group.Snrs.Count > 0) ? PageFigure.Of(groups, snr, maxDrop) : [];
        Directory.CreateDirectory(folder);
        var files = new List<string> { FileName };
        foreach (var figure in figures.Where(figure => figure.Figure is not null))
        {
            foreach (string ending in Formats)
            {
                files.Add(figure.File + ending);
                FigureImage.Write(figure.Figure!, Path.Combine(folder, files[^1]));
            }
        }
        foreach (var (name, table) in ((string, DataTable)[])[("runs.csv", PageTables.Runs(read)), ("points.csv", PageTables.Points(runs.SelectMany(run => run.InModes())))])
        {
            files.Add(name);
            AtomicFile.WriteText(Path.Combine(folder, name), table.Csv());
        }
        AtomicFile.WriteText(Path.Combine(folder, FileName), PageHtml.Of(read, groups, figures, at));
        return new(runs.Count, runs.Count(run => run.Evaluation is not null), [.. files]);
    }

    /// <summary>Refuses a folder that is no place for a page.</summary>
    /// <exception cref="UsageException">It is a file, or a folder with other things in it.</exception>
    public static void CheckPlace(string folder)
    {
        if (File.Exists(folder))
            throw new UsageException($"{folder} is a file; a report needs a folder of its own");
        if (Directory.Exists(folder) && !File.Exists(Path.Combine(folder, FileName)) && !File.Exists(Path.Combine(folder, "report.md")) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new UsageException($"{folder} is a folder with other things in it and no {FileName}; give a new one");
    }
}
