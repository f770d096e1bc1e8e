using System.Diagnostics;
using System.Text.RegularExpressions;
using Heliograph.Experiments.Clusters;
using Heliograph.Experiments.Sweeps;

namespace Heliograph.EndToEnd.Tests;

/// <summary>A sweep on a real Slurm, which is started for the test.</summary>
public sealed class SlurmTest
{
    // A backbone for each seed, and two pairs from each.
    const string Sweep = "experiment: tiny.yaml\nset:\n  pretrain.epochs: 3\ngrid:\n  prune.ratio: [0.25, 0.5]\nseeds: 1..2\nslurm:\n  partition: main\n  time: 10\n";

    // SIGSTOP.
    const int Stop = 19;

    [SkippableFact]
    public void A_sweep_on_a_cluster_outlives_what_happens_there_and_ends_with_the_runs_that_this_machine_makes()
    {
        using var place = new Place();
        using var cluster = new SlurmCluster();
        place.Write("s.yaml", Sweep);
        string[] there = ["sweep", "s.yaml", "--to", "there", "--on", "slurm", "--jobs", "2"];
        ProgramResult Run(params string[] arguments) => HeliographProgram.RunAny(place.Path, cluster.Here([.. HeliographProgram.Command, .. arguments]));
        RunningProgram Start(params string[] arguments) => Programs.Start(place.Path, cluster.Here([.. HeliographProgram.Command, .. arguments]));

        // What Slurm refuses is told in its words.
        var refused = Run([.. there, "slurm.partition=nowhere"]);
        Assert.Equal((1, "error: sbatch: invalid partition specified: nowhere; Batch job submission failed: Invalid partition name specified"), (refused.ExitCode, Assert.Single(refused.ErrorLines)));

        place.Run("sweep", "s.yaml", "--to", "here", "--jobs", "2").Succeeded();
        var plan = SweepPlan.Of(SweepDefinition.Read(place.In("here"), []));
        var (killed, other) = (plan.Nodes.First(node => node.Parent is null), plan.Nodes.Last(node => node.Parent is null));
        SweepNode cancelled = plan.Nodes.First(node => node.Parent == other), waits = plan.Nodes.Last(node => node.Parent == killed);

        // A task's process is killed, another task is cancelled, the controller starts anew: what does not depend on them is done.
        using (var program = Start(there))
        {
            Assert.True(program.WaitUntil(() => Record(place).TaskOf(plan.Nodes[^1].Id) is not null));
            cluster.Do("scancel", Record(place).TaskOf(cancelled.Id)!);
            Assert.True(program.WaitUntil(() => ProcessOf(killed) is not null));
            using (var process = ProcessOf(killed)!)
                process.Kill();
            cluster.Restart();
            var first = program.Wait();
            Assert.Equal(1, first.ExitCode);
            Assert.Contains($"failed: {killed.Name}: ended without a result, in Slurm's words FAILED", first.Output, StringComparison.Ordinal);
            Assert.Matches($"failed: {Regex.Escape(cancelled.Name)}: (is no longer in Slurm's queue, as after scancel|was cancelled)", first.Output);
            Assert.Contains("2 nodes could not start because a node they depend on failed", first.Output, StringComparison.Ordinal);
            Assert.Contains("2 of 6 done, 0 running, 2 failed, 2 waiting", first.Output, StringComparison.Ordinal);
        }
        Assert.Equal("", cluster.Ask("squeue", "--noheader"));

        // The rest waits in the queue while nothing runs. Ctrl-C leaves it there, and what was not recorded is known by its name.
        cluster.Do("scontrol", "update", "PartitionName=main", "State=DOWN");
        using (var program = Start(there))
        {
            Assert.True(program.WaitUntil(() => Record(place).TaskOf(waits.Id) is { } task && Queue(cluster).Contains(task)));
            program.SendInterrupt();
            var interrupted = program.Wait();
            Assert.Equal(130, interrupted.ExitCode);
            Assert.Contains("heliograph sweep there --on slurm watches them again, heliograph sweep there --cancel cancels them", interrupted.Output, StringComparison.Ordinal);
        }
        Assert.Equal(4, Queue(cluster).Length);
        int submitted = Record(place).Submissions.Count();
        File.WriteAllLines(place.In("there", SlurmRecord.FileName), File.ReadAllLines(place.In("there", SlurmRecord.FileName))[..^1]);
        var local = Run("sweep", "there");
        Assert.Equal((2, "error: 4 nodes of this sweep are in Slurm's queue: watch with --on slurm, or cancel with --cancel"), (local.ExitCode, Assert.Single(local.ErrorLines)));
        using (var program = Start("sweep", "there", "--on", "slurm"))
        {
            Assert.True(program.WaitUntil(() => Record(place).TaskOf(waits.Id) is not null));
            cluster.Do("scontrol", "update", "PartitionName=main", "State=UP");
            // A backbone is at work and does not end before it is cancelled, with a checkpoint: Slurm wakes what it stops.
            Assert.True(program.WaitUntil(() => Log(place, killed).Contains("epoch 1/3", StringComparison.Ordinal)));
            using (var process = ProcessOf(killed)!)
                Assert.Equal(0, Programs.SendSignal(process.Id, Stop));
            string told = Run("sweep", "there", "--cancel").Succeeded().Output;
            Assert.Contains("running; heliograph sweep there --on slurm submits them again, from their checkpoints", told, StringComparison.Ordinal);
            var watched = program.Wait();
            Assert.True(watched.Output.Contains($"failed: {killed.Name}: was cancelled", StringComparison.Ordinal), watched.ToString());
            Assert.Equal(submitted, Record(place).Submissions.Count());
        }
        Assert.EndsWith("interrupted; completed work is kept\n", Log(place, killed), StringComparison.Ordinal);
        Assert.Contains("nothing of there is in Slurm's queue", Run("sweep", "there", "--cancel").Succeeded().Output, StringComparison.Ordinal);

        var last = Run("sweep", "there", "--on", "slurm", "--jobs", "2").Succeeded();
        Assert.Contains("6 of 6 done", last.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("pretrain: starting", Log(place, killed).Split("Slurm job ")[^1], StringComparison.Ordinal);
        foreach (var node in plan.Nodes)
        {
            var done = Log(place, node).Split('\n').Where(line => line.Contains(": done in ", StringComparison.Ordinal)).Select(line => line.Split(':')[0]).ToArray();
            Assert.Equal(done.Distinct(), done);
        }
        string[] files = [.. Results(place.In("here"))];
        Assert.True(files.Length > 20);
        Assert.Equal(files, Results(place.In("there")));
        Assert.All(files, file => Assert.Equal(File.ReadAllBytes(place.In("here", file)), File.ReadAllBytes(place.In("there", file))));
    }

    [SkippableFact]
    public void Without_Slurm_one_line_says_so()
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no env here");
        using var place = new Place();
        place.Write("s.yaml", Sweep);
        string[] before = place.Snapshot();
        string program = Path.IsPathRooted(HeliographProgram.Command[0]) ? HeliographProgram.Command[0] : Programs.Find(HeliographProgram.Command[0])!;
        var result = HeliographProgram.RunAny(place.Path, ["env", "PATH=/nowhere", program, .. HeliographProgram.Command[1..], "sweep", "s.yaml", "--on", "slurm"]);
        Assert.Equal((2, "error: there is no sbatch on the PATH: a sweep on Slurm is started, watched and cancelled where Slurm's commands are installed"), (result.ExitCode, Assert.Single(result.ErrorLines)));
        Assert.Equal(before, place.Snapshot());
    }

    // Networks, what they recognise, and the accuracy over SNR; results.json and the like say how long it took.
    static string[] Results(string sweep) =>
        [.. Directory.EnumerateFiles(sweep, "*", SearchOption.AllDirectories).Where(file => Path.GetExtension(file) is ".safetensors" or ".hits" or ".csv" or ".svg" or ".yaml" && Path.GetFileName(file) != "sweep.yaml" || Path.GetFileName(file) == "evaluation.json")
            .Select(file => Path.GetRelativePath(sweep, file)).Order(StringComparer.Ordinal)];

    static SlurmRecord Record(Place place) => SlurmRecord.Read(place.In("there"));

    static string Log(Place place, SweepNode node) => File.Exists(place.In("there", "logs", node.Id + ".log")) ? File.ReadAllText(place.In("there", "logs", node.Id + ".log")) : "";

    static string[] Queue(SlurmCluster cluster) =>
        [.. cluster.Ask("squeue", "--noheader", "--array", "--format=%F_%K").Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];

    static Process? ProcessOf(SweepNode node) => Process.GetProcesses().FirstOrDefault(process =>
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline").Contains($"\0--node\0{node.Id}\0", StringComparison.Ordinal);
        }
        catch (IOException)
        {
            return false;
        }
    });
}
