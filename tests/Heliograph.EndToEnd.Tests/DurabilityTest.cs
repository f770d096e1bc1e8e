using System.Text.RegularExpressions;

namespace Heliograph.EndToEnd.Tests;

/// <summary>A power cut takes nothing that a later record counts on: seen from outside, in the order of the program's calls to the system.</summary>
public sealed partial class DurabilityTest : IDisposable
{
    readonly Place place = new();

    public void Dispose() => place.Dispose();

    [SkippableFact]
    public void What_is_renamed_is_on_the_disk_before_and_its_name_after_it()
    {
        Skip.If(Programs.Find("strace") is null, "strace is not there");
        var probe = HeliographProgram.RunAny(place.Path, "strace", "-o", "/dev/null", "true");
        Skip.If(probe.ExitCode != 0, $"programs cannot be traced here: {probe.Error.Trim()}");
        HeliographProgram.RunAny(place.Path, ["strace", "-f", "-y", "-e", "trace=rename,renameat,renameat2,fsync,fdatasync,write,pwrite64", "-e", "status=successful", "-o", "trace.txt",
            .. HeliographProgram.Command, "train", "tiny.yaml", "--run", "run", "--until", "pretrain"]).Succeeded();

        string run = place.In("run");
        var calls = File.ReadLines(place.In("trace.txt")).Select(Parse).OfType<(string Name, string[] Paths)>().ToArray();
        int renames = 0, lines = 0;
        for (int i = 0; i < calls.Length; i++)
        {
            var (name, paths) = calls[i];
            if (name.StartsWith("rename", StringComparison.Ordinal) && paths is [var from, var to] && Path.GetFullPath(to, place.Path).StartsWith(run, StringComparison.Ordinal))
            {
                renames++;
                Assert.Contains(calls[..i], call => call.Name == "fsync" && call.Paths[0] == Path.GetFullPath(from, place.Path));
                // The next that is flushed is the folder: nothing is built on the name before.
                Assert.Equal(Path.GetDirectoryName(Path.GetFullPath(to, place.Path)), calls[(i + 1)..].First(call => call.Name == "fsync").Paths[0]);
            }
            // A line of metrics or of the environment is flushed before anything else is.
            if (name.Contains("write", StringComparison.Ordinal) && paths[0].EndsWith(".jsonl", StringComparison.Ordinal))
            {
                lines++;
                Assert.Equal(paths[0], calls[(i + 1)..].First(call => call.Name == "fsync").Paths[0]);
            }
        }
        // Experiment, data, checkpoints, network, hits and result; a line a call and two epochs.
        Assert.True(renames >= 8, $"{renames} renames");
        Assert.Equal(3, lines);
    }

    /// <summary>Name of a call and the paths that it names; null where it names none of the run.</summary>
    static (string Name, string[] Paths)? Parse(string line)
    {
        var match = Call().Match(line);
        if (!match.Success)
            return null;
        string[] paths = [.. PathIn().Matches(match.Groups[2].Value).Select(path => path.Value.Trim('<', '>', '"'))];
        return match.Groups[1].Value switch
        {
            var rename when rename.StartsWith("rename", StringComparison.Ordinal) => (rename, [.. paths.TakeLast(2)]),
            "fdatasync" => ("fsync", paths[..1]),
            var other => paths.Length > 0 ? (other, paths[..1]) : null,
        };
    }

    [GeneratedRegex(@"^\d+\s+(\w+)\((.*)")]
    private static partial Regex Call();

    [GeneratedRegex("<[^>]+>|\"[^\"]*\"")]
    private static partial Regex PathIn();
}
