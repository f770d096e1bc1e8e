using System.Diagnostics;
using Heliograph.Experiments.Clusters;
using Heliograph.Experiments.Sweeps;

namespace Heliograph.Experiments.Tests.Clusters;

public sealed class SlurmArrayTests
{
    static readonly SlurmArray Array = new([.. SweepPlan.Of(SweepDefinition.Of("quickstart", ["threads=3"], [SweepAxis.Parse("seed=1,2")], [])).Nodes], "12_3");

    [Fact]
    public void What_the_sweep_asks_for_is_told_and_the_rest_is_left_to_the_cluster()
    {
        Assert.Equal(["--parsable", "--kill-on-invalid-dep=yes", "--job-name=name", "--array=0-1%5", "--dependency=afterok:12_3", "--output=/a/100%%/logs/slurm-%A.log", "--open-mode=append", "--ntasks=1", "--cpus-per-task=3"],
            Array.Arguments(new(), "name", "/a/100%", 5));
        var options = new SlurmOptions { Partition = "short", Time = "1-12", Cpus = 2, Memory = "4G", Account = "me", Qos = "low", Constraint = "avx512", Concurrency = 7, Options = ["--gres=gpu:1"] };
        string[] all = [.. (Array with { After = null }).Arguments(options, "name", "/a", 5)];
        Assert.Contains("--array=0-1%7", all);
        Assert.DoesNotContain(all, option => option.StartsWith("--dependency", StringComparison.Ordinal));
        Assert.Equal(["--cpus-per-task=2", "--partition=short", "--time=1-12", "--mem=4G", "--account=me", "--qos=low", "--constraint=avx512", "--gres=gpu:1"], all[^8..]);
    }

    [SkippableFact]
    public void A_task_runs_its_node_whatever_the_folder_is_called()
    {
        Skip.IfNot(File.Exists("/bin/sh"), "there is no shell here");
        using var temporary = new TemporaryFolder();
        string folder = Path.Combine(temporary.Path, "it's $HOME; \"50%\" `x` é"), data = Path.Combine(folder, "data\\");
        Directory.CreateDirectory(Path.Combine(folder, "logs"));
        string script = Array.Script(["/bin/sh", "-c", """printf '<%s>' "$@" """, "program"], folder, data);
        var start = new ProcessStartInfo("/bin/sh") { RedirectStandardInput = true };
        (start.Environment["SLURM_ARRAY_JOB_ID"], start.Environment["SLURM_ARRAY_TASK_ID"], start.Environment["SLURMD_NODENAME"]) = ("12", "1", "machine7");
        using var process = Process.Start(start)!;
        process.StandardInput.Write(script);
        process.StandardInput.Close();
        process.WaitForExit();
        string id = Array.Nodes[1].Id;
        Assert.Equal($"Slurm job 12, task 1, on machine7\n<sweep><{folder}><--node><{id}><--data><{data}>", File.ReadAllText(Path.Combine(folder, "logs", id + ".log")));
    }
}
