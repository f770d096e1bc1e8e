using Heliograph.Training.Runs;

namespace Heliograph.Cli;

/// <summary>Where runs go when no folder is given: runs/NAME, runs/NAME-2, runs/NAME-3 …</summary>
static class RunNames
{
    /// <summary>The first name that is not taken.</summary>
    public static string New(string experiment) => Candidates(experiment).First(path => !Directory.Exists(path));

    /// <summary>The last name that holds a run of the experiment.</summary>
    /// <exception cref="UsageException">There is none.</exception>
    public static string Newest(string experiment) =>
        Candidates(experiment).TakeWhile(Directory.Exists).LastOrDefault(RunFolder.IsRun)
        ?? throw new UsageException($"--resume: there is no run {Candidates(experiment).First()}; give --run DIR");

    static IEnumerable<string> Candidates(string experiment)
    {
        string name = experiment.Replace('/', '-').Replace('\\', '-');
        yield return Path.Combine("runs", name);
        for (int i = 2; ; i++)
            yield return Path.Combine("runs", $"{name}-{i}");
    }
}
