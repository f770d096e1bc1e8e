using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Sweeps;
using Heliograph.Files;

namespace Heliograph.Evaluation.Overview;

/// <summary>The runs in and below a folder.</summary>
public static class RunList
{
    const int Deepest = 5;

    // What is hidden or locked away is no run; a link is followed to a run, not to a tree of them, which might have no end.
    static readonly EnumerationOptions Open = new() { IgnoreInaccessible = true };

    /// <summary>The run that a folder is, or those below it, by their paths in ordinal order.</summary>
    /// <param name="folder">The folder; it is walked five levels deep; runs, and what the runs of a sweep share, are not looked into.</param>
    /// <param name="evaluations">Whether evaluations that were written elsewhere count too (<see cref="EvaluationSummary"/>).</param>
    /// <exception cref="UsageException">There is no such folder.</exception>
    public static IReadOnlyList<RunSummary> In(string folder, bool evaluations = false)
    {
        string[] paths = [.. Folders(folder, path => RunFolder.IsRun(path) || evaluations && EvaluationFiles.IsElsewhere(path))];
        var runs = new RunSummary[paths.Length];
        Parallel.For(0, paths.Length, i => runs[i] = RunFolder.IsRun(paths[i]) ? RunSummary.Of(paths[i]) : EvaluationSummary.Of(paths[i]));
        return runs;
    }

    /// <summary>Those of several folders, each of which is a run or an evaluation that was written elsewhere, or holds some, each once.</summary>
    /// <exception cref="UsageException">A folder holds none.</exception>
    public static IReadOnlyList<RunSummary> In(IEnumerable<string> folders) =>
    [
        .. folders.SelectMany(folder => In(folder, evaluations: true) is { Count: > 0 } runs ? runs : throw new UsageException($"there is no run in {folder} (no experiment.yaml in it or below)"))
            .DistinctBy(run => Path.GetFullPath(run.Run)),
    ];

    /// <summary>The folders of some kind in and below a folder, by their paths in ordinal order; they are not looked into.</summary>
    /// <param name="folder">The folder; it is walked five levels deep, without what the runs of a sweep share.</param>
    /// <param name="isOne">Whether a folder is of that kind.</param>
    /// <exception cref="UsageException">There is no such folder.</exception>
    public static IEnumerable<string> Folders(string folder, Func<string, bool> isOne)
    {
        if (!Directory.Exists(folder))
            throw new UsageException(File.Exists(folder) ? $"{folder} is a file; a folder is expected" : $"there is no folder {folder}");
        return Paths(folder, isOne, 0).Order(StringComparer.Ordinal);
    }

    static IEnumerable<string> Paths(string folder, Func<string, bool> isOne, int depth)
    {
        if (isOne(folder))
            return [folder];
        if (depth == Deepest)
            return [];
        // What a sweep's runs share is part of each of them.
        bool isSweep = File.Exists(Path.Combine(folder, SweepDefinition.FileName));
        return new DirectoryInfo(folder).EnumerateDirectories("*", Open).Where(below => !(isSweep && below.Name == SweepPlan.SharedFolder)).SelectMany(below =>
        {
            string path = Path.Combine(folder, below.Name);
            return below.LinkTarget is null ? Paths(path, isOne, depth + 1) : isOne(path) && !FileTree.LeadsUp(path) ? [path] : [];
        });
    }
}
