using Heliograph.Experiments.Clusters;
using Heliograph.Experiments.Sweeps;

namespace Heliograph.Experiments.Tests.Clusters;

public sealed class SlurmRecordTests
{
    static readonly SweepNode[] Nodes = [.. SweepPlan.Of(SweepDefinition.Of("quickstart", [], [SweepAxis.Parse("seed=1,2,3")], [])).Nodes];

    [Fact]
    public void What_was_submitted_is_known_wherever_a_kill_came()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, SlurmRecord.FileName);
        var record = SlurmRecord.Read(folder.Path);
        var first = record.Begin(new([.. Nodes], null));
        record.Write(first with { Job = "12" });
        byte[] whole = File.ReadAllBytes(path);
        record.Write(record.Begin(new([Nodes[2], Nodes[0]], "7_1")) with { Job = "13" });
        byte[] all = File.ReadAllBytes(path);
        var seen = new HashSet<(string?, string?, string?)>();
        for (int length = whole.Length; length <= all.Length; length++)
        {
            File.WriteAllBytes(path, all[..length]);
            var read = SlurmRecord.Read(folder.Path);
            Assert.Equal("12_1", read.TaskOf(Nodes[1].Id));
            seen.Add((read.TaskOf(Nodes[0].Id), read.TaskOf(Nodes[2].Id), read.SubmissionOf(Nodes[2].Id).After));
        }
        // Not begun; begun, and Slurm may know it by its name; submitted.
        Assert.Equal([("12_0", "12_2", null), (null, null, "7_1"), ("13_1", "13_0", "7_1")], seen);

        // What follows a line that was cut is not lost.
        File.WriteAllBytes(path, all[..(whole.Length + 10)]);
        var again = SlurmRecord.Read(folder.Path);
        again.Write(again.Begin(new([Nodes[0]], null)) with { Job = "14" });
        Assert.Equal("14_0", SlurmRecord.Read(folder.Path).TaskOf(Nodes[0].Id));
    }

    [Fact]
    public void Names_of_jobs_are_of_one_sweep_and_of_one_submission()
    {
        using var folder = new TemporaryFolder();
        string[] folders = [Path.Combine(folder.Path, "a", "x y"), Path.Combine(folder.Path, "b", "x y")];
        var names = new List<string>();
        foreach (string sweep in folders)
        {
            Directory.CreateDirectory(sweep);
            var record = SlurmRecord.Read(sweep);
            names.AddRange([record.Begin(new([Nodes[0]], null)).Name, record.Begin(new([Nodes[0]], null)).Name]);
        }
        Assert.Equal(4, names.Distinct().Count());
        Assert.All(names, name => Assert.Matches("^heliograph-x-y-[0-9a-f]{8}-[12]$", name));
    }
}
