namespace Heliograph.EndToEnd.Tests;

/// <summary>Answers of Slurm that a cluster started for a test does not give, or not soon: from scripts in the place of its commands.</summary>
public sealed class SlurmAnswersTest : IDisposable
{
    readonly Place place = new();

    public SlurmAnswersTest()
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no shell here");
        place.Write("s.yaml", "experiment: tiny.yaml\ngrid:\n  prune.ratio: [0.25, 0.5]\nseeds: 1..2\n");
        Script("squeue", "");
        Script("sacct", "echo 'Slurm accounting storage is disabled' >&2; exit 1");
    }

    public void Dispose() => place.Dispose();

    [SkippableFact]
    public void What_Slurm_has_forgotten_its_accounting_tells_and_a_time_without_answers_is_waited_out()
    {
        Script("sbatch", """for word; do case $word in --job-name=*) echo "${word#--job-name=}" >> names;; esac; done; wc -l < names""");
        // The first question comes before anything is submitted.
        Script("squeue", """echo >> asked; [ "$(wc -l < asked)" != 2 ] || { echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2; exit 1; }""");
        Script("sacct", """echo "1_0|TIMEOUT|00:10:00|$(head -n 1 names)"; echo "1_1|OUT_OF_MEMORY|00:00:07|$(head -n 1 names)" """);
        var result = Run();
        Assert.Equal((1, ""), (result.ExitCode, result.Error));
        Assert.Equal(
            [
                "Slurm does not answer, which does not stop its jobs; asking again (squeue: slurm_load_jobs error: Unable to contact slurm controller (connect failure))",
                "Slurm answers again",
                "failed: pretrain of seed=1: reached its time limit (slurm.time); the next call continues from its checkpoint",
                "failed: pretrain of seed=2: needs more memory (slurm.memory)",
                "heliograph sweep there --on slurm tries the failed nodes again; their logs are in there/logs",
                "4 nodes could not start because a node they depend on failed",
                "0 of 6 done, 0 running, 2 failed, 4 waiting",
            ],
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[2..]);
    }

    [SkippableFact]
    public void A_job_that_is_refused_after_others_is_told_with_what_waits_already()
    {
        Script("sbatch", """echo >> submitted; [ "$(wc -l < submitted)" = 1 ] || { echo 'sbatch: error: AssocMaxSubmitJobLimit' >&2; exit 1; }; echo 7""");
        var result = Run();
        Assert.Equal((1, "error: sbatch: AssocMaxSubmitJobLimit; 2 of 6 nodes are in Slurm's queue: the same command submits the rest, --cancel cancels them"), (result.ExitCode, Assert.Single(result.ErrorLines)));
        // They wait, and so they are not submitted again.
        Script("squeue", """for task in 7_0 7_1; do echo "$task|PENDING|0:00|$(sed -n 's/.*"name":"\([^"]*-1\)".*/\1/p' there/slurm.jsonl | head -n 1)"; done""");
        Script("sbatch", """echo "$@" >> again; exit 1""");
        Assert.Equal(1, Run().ExitCode);
        Assert.Contains("--dependency=afterok:7_0 ", Assert.Single(File.ReadAllLines(place.In("again"))), StringComparison.Ordinal);
    }

    [SkippableFact]
    public void Nothing_is_submitted_while_Slurm_does_not_answer()
    {
        Script("squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2; exit 1");
        Script("sbatch", "echo >> submitted; echo 1");
        var result = Run();
        Assert.Equal((1, "error: squeue: slurm_load_jobs error: Unable to contact slurm controller (connect failure)"), (result.ExitCode, Assert.Single(result.ErrorLines)));
        Assert.False(File.Exists(place.In("submitted")));
    }

    ProgramResult Run() => HeliographProgram.RunAny(place.Path, ["env", $"PATH={place.In("bin")}:{Environment.GetEnvironmentVariable("PATH")}", .. HeliographProgram.Command, "sweep", "s.yaml", "--to", "there", "--on", "slurm"]);

    void Script(string name, string text)
    {
        place.Write(Path.Combine("bin", name), $"#!/bin/sh\n{text}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(place.In("bin", name), (UnixFileMode)0b111_101_101);
    }
}
