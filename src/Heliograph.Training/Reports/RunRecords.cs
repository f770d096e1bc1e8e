using Heliograph.Training.Runs;
using Heliograph.Training.Steps;

namespace Heliograph.Training.Reports;

/// <summary>The records of a run without its networks: small enough to lie beside a text that cites them, and enough for its report.</summary>
public static class RunRecords
{
    const string ReportFile = "report.md";

    /// <summary>Copies the records of a run and writes its report as <c>report.md</c>.</summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">Where to; made where needed. Of an earlier copy, the same files are replaced.</param>
    /// <exception cref="UsageException">No step of the run is finished yet, or the folder is no place for it.</exception>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Copy(RunFolder run, string folder)
    {
        if (File.Exists(folder))
            throw new UsageException($"{folder} is a file; the records of a run need a folder of their own");
        if (Directory.Exists(folder) && !File.Exists(Path.Combine(folder, ReportFile)) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new UsageException($"{folder} is a folder with other things in it and no {ReportFile}; give a new one");
        // What cannot be reported is refused before anything is written.
        _ = RunReport.Of(run);
        foreach (string file in Files.Where(file => File.Exists(run.In(file))))
        {
            string target = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            AtomicFile.Write(target, stream => stream.Write(File.ReadAllBytes(run.In(file))));
        }
        using var copy = RunFolder.OpenForReading(folder);
        AtomicFile.WriteText(Path.Combine(folder, ReportFile), ReportText.Markdown(RunReport.Of(copy)));
    }

    static IEnumerable<string> Files =>
    [
        "experiment.yaml", "environment.jsonl", "metrics.jsonl", .. Pipeline.StepNames.Select(step => Path.Combine("steps", step, "result.json")),
        "evaluation.json", "evaluation.csv", "evaluation.svg",
    ];
}
