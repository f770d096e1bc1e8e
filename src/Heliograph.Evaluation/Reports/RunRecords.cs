using Heliograph.Evaluation.Comparing;
using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Files;

namespace Heliograph.Evaluation.Reports;

/// <summary>The records of a run without its networks: small enough to lie beside a text that cites them, and enough for its report.</summary>
public static class RunRecords
{
    const string ReportFile = "report.md";
    const int LargestHits = 1 << 20;

    /// <summary>
    /// Copies the records of a run and writes its report as <c>report.md</c>. Hits are copied where they take at most 1 MiB (8 million
    /// images, draws and SNRs).
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">Where to; made where needed. Of an earlier copy, the same files are replaced.</param>
    /// <param name="against">The run's pair beside a reference, for the report, or null; kept as <c>comparison.json</c>.</param>
    /// <exception cref="UsageException">No step of the run is finished yet, or the folder cannot be used.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Copy(RunFolder run, string folder, Comparison? against = null)
    {
        if (File.Exists(folder))
            throw new UsageException($"{folder} is a file; the records of a run need a folder of their own");
        if (Directory.Exists(folder) && !File.Exists(Path.Combine(folder, ReportFile)) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new UsageException($"{folder} is a folder that holds other things and no {ReportFile}; give a new one");
        // What cannot be reported is refused before anything is written.
        _ = RunReport.Of(run, against);
        foreach (string file in Files.Where(file => File.Exists(run.In(file)) && (!file.EndsWith(".hits", StringComparison.Ordinal) || FileNames.Target(run.In(file)).Length <= LargestHits)))
        {
            string target = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            AtomicFile.Write(target, stream => stream.Write(BoundedFile.ReadAllBytes(run.In(file), Json.MostBytes)));
        }
        // What an earlier copy had and the run has no longer is not the run's.
        foreach (string file in Files.Where(file => !File.Exists(run.In(file)) && File.Exists(Path.Combine(folder, file))))
            File.Delete(Path.Combine(folder, file));
        if (against is not null)
            RunReport.WriteComparison(folder, against);
        using var copy = RunFolder.OpenForReading(folder);
        AtomicFile.WriteText(Path.Combine(folder, ReportFile), ReportText.Markdown(RunReport.Of(copy)));
    }

    static IEnumerable<string> Files =>
    [
        "experiment.yaml", "data.json", "environment.jsonl", "metrics.jsonl", .. RecipeCatalogue.StepNames.SelectMany(step => (string[])[Path.Combine("steps", step, "result.json"), Path.Combine("steps", step, "result.hits")]),
        "evaluation.json", "evaluation.csv", "evaluation.hits", "evaluation.svg", RunReport.ComparisonFile,
    ];
}
