using System.Globalization;
using Heliograph.Experiments.Runs;

namespace Heliograph.Cli;

/// <summary>Where runs go when no folder is given: runs/NAME, runs/NAME-2, runs/NAME-3 …</summary>
static class RunNames
{
    const string Folder = "runs";

    /// <summary>The first name that is not taken.</summary>
    public static string New(string experiment) => Candidates(Name(experiment)).First(path => !Directory.Exists(path));

    /// <summary>The experiment's most recently trained run.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string LastTrained(string experiment)
    {
        string name = Name(experiment);
        string[] folders = Directory.Exists(Folder) ? Directory.GetDirectories(Folder) : [];
        return folders.Where(path => IsOf(name, Path.GetFileName(path)) && RunFolder.IsRun(path))
            .MaxBy(path => File.GetLastWriteTimeUtc(Path.Combine(path, "environment.jsonl")))
            ?? throw new UsageException($"--resume: there is no run {Candidates(name).First()}; give --run DIR");
    }

    static string Name(string experiment) => experiment.Replace('/', '-').Replace('\\', '-');

    static IEnumerable<string> Candidates(string name)
    {
        yield return Path.Combine(Folder, name);
        for (int i = 2; ; i++)
            yield return Path.Combine(Folder, $"{name}-{i}");
    }

    static bool IsOf(string name, string folder) => folder == name || (folder.StartsWith(name + "-", StringComparison.Ordinal)
        && int.TryParse(folder.AsSpan(name.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out _));
}
