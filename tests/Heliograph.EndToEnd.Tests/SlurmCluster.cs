using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Heliograph.EndToEnd.Tests;

/// <summary>A Slurm cluster of this machine alone, with a key, ports and folders of its own, as root and without systemd.</summary>
sealed class SlurmCluster : IDisposable
{
    static readonly string[] Needed = ["sbatch", "squeue", "scancel", "scontrol", "slurmctld", "slurmd", "munged"];

    // Not the test's own: munged wants a folder that others may enter.
    readonly string folder = Directory.CreateTempSubdirectory("heliograph-slurm-").FullName;
    readonly RunningProgram munge, machine;
    RunningProgram controller;

    public SlurmCluster()
    {
        string? missing = Array.Find(Needed, program => Programs.Find(program) is null);
        Skip.If(missing is not null, $"Slurm's {missing} is not installed (Debian: apt install slurm-wlm munge)");
        Skip.IfNot(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "a Slurm cluster is started as root only");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder, (UnixFileMode)0b111_101_101);
        foreach (string name in new[] { "state", "spool" })
            Directory.CreateDirectory(Path.Combine(folder, name));
        File.WriteAllBytes(Path.Combine(folder, "munge.key"), RandomNumberGenerator.GetBytes(128));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(folder, "munge.key"), UnixFileMode.UserRead);
        File.WriteAllText(Path.Combine(folder, "slurm.conf"), $"""
            ClusterName=heliograph
            SlurmctldHost=localhost
            SlurmctldPort={FreePort()}
            SlurmdPort={FreePort()}
            SlurmUser=root
            AuthType=auth/munge
            AuthInfo=socket={folder}/munge.socket
            StateSaveLocation={folder}/state
            SlurmdSpoolDir={folder}/spool
            SlurmctldPidFile={folder}/slurmctld.pid
            SlurmdPidFile={folder}/slurmd.pid
            SlurmctldLogFile={folder}/slurmctld.log
            SlurmdLogFile={folder}/slurmd.log
            ProctrackType=proctrack/linuxproc
            TaskPlugin=task/none
            MpiDefault=none
            SwitchType=switch/none
            JobAcctGatherType=jobacct_gather/none
            AccountingStorageType=accounting_storage/none
            SelectType=select/cons_tres
            SelectTypeParameters=CR_CPU
            SchedulerType=sched/builtin
            SchedulerParameters=sched_min_interval=0,batch_sched_delay=0,sched_interval=1
            KillWait=60
            NodeName=localhost NodeHostname={Dns.GetHostName()} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
            PartitionName=main Nodes=localhost Default=YES State=UP

            """);
        munge = Programs.Start(folder, ["munged", "--foreground", "--key-file=munge.key", $"--socket={folder}/munge.socket", "--pid-file=munge.pid", "--log-file=munge.log", "--seed-file=munge.seed"]);
        controller = StartController();
        machine = Start("slurmd", "-D", "-N", "localhost");
        WaitUntil(() => Ask("sinfo", "--noheader", "--format=%T") is "idle", $"the cluster did not start: {Logs()}");
    }

    /// <summary>A program, with the cluster as its own.</summary>
    public string[] Here(params string[] command) => ["env", $"SLURM_CONF={folder}/slurm.conf", .. command];

    /// <summary>What one of Slurm's commands prints; empty where it fails.</summary>
    public string Ask(params string[] command) => Programs.Run(folder, Here(command)) is { ExitCode: 0 } result ? result.Output.Trim() : "";

    /// <summary>One of Slurm's commands that must succeed.</summary>
    public void Do(params string[] command) => Programs.Run(folder, Here(command)).Succeeded();

    /// <summary>Ends the controller, which keeps the queue, and starts it again.</summary>
    public void Restart()
    {
        controller.SendTerminate();
        controller.Wait();
        controller.Dispose();
        controller = StartController();
    }

    public static void WaitUntil(Func<bool> condition, string otherwise)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            Assert.True(watch.Elapsed < Programs.Patience, otherwise);
            Thread.Sleep(50);
        }
    }

    public void Dispose()
    {
        // Tasks do not end with the daemon that started them.
        Ask("scancel", "--signal=KILL", "--full", "--user=root");
        Ask("scancel", "--user=root");
        foreach (var program in new[] { machine, controller, munge })
        {
            if (!program.HasExited)
                program.SendTerminate();
            program.Wait();
            program.Dispose();
        }
        Directory.Delete(folder, recursive: true);
    }

    RunningProgram StartController() => Start("slurmctld", "-D");

    RunningProgram Start(params string[] command) => Programs.Start(folder, Here(command));

    string Logs() => string.Join('\n', Directory.GetFiles(folder, "*.log").Select(log => $"{log}:\n{File.ReadAllText(log)}"));

    static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
