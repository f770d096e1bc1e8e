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
    /// <exception cref="UsageException">There is no such folder.</exception>
    public static IReadOnlyList<RunSummary> In(string folder)
    {
        if (!Directory.Exists(folder))
            throw new UsageException(File.Exists(folder) ? $"{folder} is a file; a folder is expected" : $"there is no folder {folder}");
        string[] paths = [.. Paths(folder, 0).Order(StringComparer.Ordinal)];
        var runs = new RunSummary[paths.Length];
        Parallel.For(0, paths.Length, i => runs[i] = RunSummary.Of(paths[i]));
        return runs;
    }

    /// <summary>Those of several folders, each of which is a run or holds some, each run once.</summary>
    /// <exception cref="UsageException">A folder holds none.</exception>
    public static IReadOnlyList<RunSummary> In(IEnumerable<string> folders) =>
    [
        .. folders.SelectMany(folder => In(folder) is { Count: > 0 } runs ? runs : throw new UsageException($"there is no run in {folder} (no experiment.yaml in it or below)"))
            .DistinctBy(run => Path.GetFullPath(run.Run)),
    ];

    static IEnumerable<string> Paths(string folder, int depth)
    {
        if (RunFolder.IsRun(folder))
            return [folder];
        if (depth == Deepest)
            return [];
        // What a sweep's runs share is part of each of them.
        bool isSweep = File.Exists(Path.Combine(folder, SweepDefinition.FileName));
        return new DirectoryInfo(folder).EnumerateDirectories("*", Open).Where(below => !(isSweep && below.Name == SweepPlan.SharedFolder)).SelectMany(below =>
        {
            string path = Path.Combine(folder, below.Name);
            return below.LinkTarget is null ? Paths(path, depth + 1) : RunFolder.IsRun(path) && !FileTree.LeadsUp(path) ? [path] : [];
        });
    }
}
