namespace Heliograph.EndToEnd.Tests;

/// <summary>A run that was stopped, in whatever way, ends as if it had not been.</summary>
public sealed class ResumeTest : IDisposable
{
    // A checkpoint after every batch: kills fall between and into them.
    static readonly string[] Train = ["train", "tiny.yaml", "checkpoint.minutes=0.00001", "--run", "run"];

    readonly Place place = new();

    public void Dispose() => place.Dispose();

    [Fact]
    public void Killed_at_random_moments_of_every_step_it_ends_bit_identical()
    {
        var random = new Random(7355);
        int killed = 0;
        foreach (string step in (string[])["", "pretrain", "pretrain", "prune", "autoencoder", "joint", "joint"])
        {
            using var program = place.Start(Train);
            // The first kill falls at any moment of the start, the others at any moment within the step.
            bool atWork = step.Length == 0 || program.WaitUntil(() => place.Checkpoints(step).Length > 0);
            Thread.Sleep(random.Next(step.Length == 0 ? 1000 : 60));
            if (!atWork || program.HasExited)
                continue;
            program.Kill();
            killed++;
        }
        Assert.True(killed >= 5, $"killed only {killed} times");
        place.Run(Train).Succeeded();
        TrainedRun.AssertSameAsFinished(place.In("run"));
        Assert.DoesNotContain(place.Snapshot(), line => line.Contains(".tmp", StringComparison.Ordinal));
    }

    [SkippableTheory]
    [InlineData(false, 130)]
    [InlineData(true, 143)]
    public void Asked_to_stop_it_leaves_a_checkpoint_and_goes_on_bit_identical(bool terminate, int exitCode)
    {
        Skip.If(OperatingSystem.IsWindows(), "signals are of Unix");
        // Checkpoints are far apart: one after a batch was made because of the signal.
        string[] train = ["train", "tiny.yaml", "--run", "run"];
        using var program = place.Start(train);
        Assert.True(program.WaitUntil(() => place.Checkpoints("pretrain").Length > 0));
        if (terminate)
            program.SendTerminate();
        else
            program.SendInterrupt();
        var stopped = program.Wait();
        Assert.Equal(exitCode, stopped.ExitCode);
        Assert.Equal("interrupted", Assert.Single(stopped.ErrorLines).Split(';')[0]);
        // On a busy machine the signal may come when the step's last batch is done.
        string then = place.Checkpoints("pretrain").Length > 0 ? "pretrain: continues in epoch [12], after batch [1-8] of 8" : "pretrain: already done";

        var resumed = place.Run(train).Succeeded();
        Assert.Matches(then, resumed.Output);
        TrainedRun.AssertSameAsFinished(place.In("run"));
    }

    [Fact]
    public void Without_a_folder_the_run_that_was_worked_on_last_goes_on()
    {
        // The second was deleted.
        string[] names = ["tiny", "tiny-3"];
        Directory.CreateDirectory(place.In("runs"));
        foreach (string name in names)
        {
            place.CopyRun(TrainedRun.Finished);
            Directory.Move(place.In("run"), place.In("runs", name));
        }
        foreach (string newest in names)
        {
            foreach (string name in names)
                File.SetLastWriteTimeUtc(place.In("runs", name, "environment.jsonl"), DateTime.UtcNow.AddHours(name == newest ? 0 : -1));
            Assert.Equal(Path.Combine("runs", newest), place.Run("train", "tiny.yaml", "--resume", "--json").Succeeded().Json().At("run").GetString());
        }
    }

    [Fact]
    public void Stopped_after_a_step_it_goes_on_with_the_next()
    {
        var first = place.Run("train", "tiny.yaml", "--until", "prune", "--run", "run", "--json").Succeeded().Json();
        Assert.Equal(["pretrain", "prune"], first.At("steps").EnumerateArray().Select(step => step.At("name").GetString()));
        Assert.Equal(System.Text.Json.JsonValueKind.Null, first.At("evaluation").ValueKind);
        Assert.Equal(2, Directory.GetDirectories(place.In("run", "steps")).Length);
        var written = File.GetLastWriteTimeUtc(place.In("run", "steps", "prune", "backbone.safetensors"));

        // The experiment need not be named again.
        var second = place.Run("train", "--resume", "--run", "run").Succeeded();
        Assert.Contains("prune: already done", second.Output, StringComparison.Ordinal);
        Assert.Equal(written, File.GetLastWriteTimeUtc(place.In("run", "steps", "prune", "backbone.safetensors")));
        TrainedRun.AssertSameAsFinished(place.In("run"));
    }

    [Fact]
    public void What_was_measured_of_an_earlier_pair_is_forgotten()
    {
        place.Run("train", "tiny.yaml", "--until", "autoencoder", "--run", "run").Succeeded();
        place.Run("evaluate", "run").Succeeded();
        place.Run("train", "--resume", "--run", "run").Succeeded();
        TrainedRun.AssertSameAsFinished(place.In("run"));
    }

    [Fact]
    public void Checkpoints_of_a_finished_step_do_not_push_out_those_of_the_next()
    {
        place.Run("train", "tiny.yaml", "--until", "prune", "--run", "run").Succeeded();
        // As after a kill between the end of the step and the removal of its checkpoints.
        place.Write("run/checkpoints/prune-001-000000007.safetensors", "old");
        place.Write("run/checkpoints/prune-001-000000008.safetensors", "old");
        using var program = place.Start(Train);
        Assert.True(program.WaitUntil(() => place.Checkpoints("autoencoder").Any(path => path.EndsWith("4.safetensors", StringComparison.Ordinal))));
        program.Kill();
        // The newest two are there; a third when the kill came before its removal.
        Assert.InRange(place.Checkpoints("autoencoder").Length, 2, 3);
    }

    [Theory]
    [InlineData(1, "continues in epoch")]
    [InlineData(2, "pretrain: starting")]
    public void A_damaged_checkpoint_is_told_and_the_one_before_it_used(int damaged, string then)
    {
        place.CopyRun(TrainedRun.Interrupted);
        string[] paths = [.. place.Checkpoints("pretrain").Reverse()];
        Assert.Equal(2, paths.Length);
        foreach (string path in paths[..damaged])
            place.Cut(path, 1000);
        // As after a kill behind the end of the first epoch: it will be measured again.
        File.AppendAllText(place.In("run", "metrics.jsonl"), File.ReadLines(Path.Combine(TrainedRun.Finished, "metrics.jsonl")).First() + "\n");
        var result = place.Run(Train).Succeeded();
        string[] warnings = [.. result.Output.Split('\n').Where(line => line.StartsWith("warning: ", StringComparison.Ordinal))];
        Assert.Equal(damaged, warnings.Length);
        Assert.Contains($"{Path.GetFileName(paths[0])}: not a safetensors file, or a truncated one", warnings[0], StringComparison.Ordinal);
        Assert.Contains(then, result.Output, StringComparison.Ordinal);
        TrainedRun.AssertSameAsFinished(place.In("run"));
    }

    [Fact]
    public void A_flipped_bit_of_a_checkpoint_is_told_and_the_one_before_it_used()
    {
        place.CopyRun(TrainedRun.Interrupted);
        string newest = place.Checkpoints("pretrain")[^1];
        place.Flip(Path.GetRelativePath(place.Path, newest));
        var result = place.Run(Train).Succeeded();
        Assert.Contains($"warning: {Path.GetRelativePath(place.Path, newest)}: damaged: it has changed since it was written", result.Output, StringComparison.Ordinal);
        Assert.Contains("continues in epoch", result.Output, StringComparison.Ordinal);
        TrainedRun.AssertSameAsFinished(place.In("run"));
    }

    [Fact]
    public void Lost_lines_of_metrics_are_told()
    {
        place.CopyRun(TrainedRun.Finished);
        string[] lines = File.ReadAllLines(place.In("run", "metrics.jsonl"));
        File.WriteAllText(place.In("run", "metrics.jsonl"), string.Join('\n', lines[..^1]) + "\n");
        Assert.Contains("warning: run/metrics.jsonl has lost lines: ", place.Run("train", "--resume", "--run", "run").Succeeded().Output, StringComparison.Ordinal);
        File.WriteAllLines(place.In("run", "metrics.jsonl"), [lines[0].Replace("\"loss\":", "\"lost\":", StringComparison.Ordinal), .. lines[1..]]);
        Assert.Contains("warning: run/metrics.jsonl is damaged: ", place.Run("train", "--resume", "--run", "run").Succeeded().Output, StringComparison.Ordinal);
        // In the middle of a step, by its checkpoint.
        Directory.Delete(place.In("run", "steps", "joint"), recursive: true);
        using (var program = place.Start([.. Train, "joint.epochs=50"]))
        {
            Assert.True(program.WaitUntil(() => place.Checkpoints("joint").Length > 0));
            program.Kill();
        }
        File.WriteAllLines(place.In("run", "metrics.jsonl"), lines[..2]);
        using var resumed = place.Start([.. Train, "joint.epochs=50", "--json"]);
        Assert.True(resumed.WaitUntil(() => File.ReadAllText(place.In("run", "metrics.jsonl")).Split('\n').Length > 3));
        resumed.Kill();
        Assert.Contains("warning: run/metrics.jsonl has lost lines: ", resumed.Wait().Error, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_learnt_does_not_depend_on_how_many_images_are_measured_at_once()
    {
        place.Run("train", "tiny.yaml", "--until", "prune", "--run", "run").Succeeded();
        place.Run("train", "--resume", "--run", "run", "evaluation.batch=1", "--until", "autoencoder").Succeeded();
        foreach (string file in (string[])["device.safetensors", "edge.safetensors"])
            Assert.Equal(File.ReadAllBytes(Path.Combine(TrainedRun.Finished, "steps", "autoencoder", file)), File.ReadAllBytes(place.In("run", "steps", "autoencoder", file)));
    }

    [Fact]
    public void A_run_that_began_with_two_budgets_goes_on_with_its_macs()
    {
        // As earlier versions let it begin.
        place.CopyRun(TrainedRun.Finished);
        place.Replace("run/experiment.yaml", "macs: null", "macs: 900000");
        Assert.Contains("joint: already done", place.Run("train", "--resume", "--run", "run").Succeeded().Output, StringComparison.Ordinal);
        place.Run("evaluate", "run", "--to", "elsewhere").Succeeded();
    }

    [Fact]
    public void Files_that_are_not_the_runs_stay()
    {
        place.CopyRun(TrainedRun.Finished);
        place.Write("notes/.draft.tmp", "mine");
        place.Write("notes/.draft.abcdefgh.abc.tmp", "mine");
        place.Write("run/.draft.tmp", "mine");
        place.Write("run/steps/prune/.backbone.safetensors.abcdefgh.abc.tmp", "torn");
        Directory.CreateSymbolicLink(place.In("run", "notes"), place.In("notes"));
        Directory.CreateSymbolicLink(place.In("run", "steps", "up"), "..");
        place.Run("train", "--resume", "--run", "run").Succeeded();
        Assert.Equal([".draft.abcdefgh.abc.tmp", ".draft.tmp"], Directory.GetFiles(place.In("notes")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.True(File.Exists(place.In("run", ".draft.tmp")));
        Assert.False(File.Exists(place.In("run", "steps", "prune", ".backbone.safetensors.abcdefgh.abc.tmp")));
    }

    [SkippableTheory]
    [InlineData("train --resume --run disk/run", "error: Read-only file system")]
    [InlineData("evaluate disk/run", "; --to DIR writes elsewhere")]
    public void A_run_that_cannot_be_written_says_why(string arguments, string says)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a small file system of Linux");
        Directory.CreateDirectory(place.In("disk"));
        place.CopyRun(TrainedRun.Finished);
        var probe = HeliographProgram.RunAny(place.Path, "sh", "-c", "unshare -rm mount -t tmpfs none disk");
        Skip.If(probe.ExitCode != 0, $"a private file system is not permitted here: {probe.Error.Trim()}");
        string command = string.Join(' ', HeliographProgram.Command.Select(part => $"'{part}'"));
        var result = HeliographProgram.RunAny(place.Path, "unshare", "-rm", "sh", "-c",
            $"mount -t tmpfs none disk && cp -r run disk/run && mount -o remount,ro disk || exit 99; {command} {arguments}");
        Assert.Equal(1, result.ExitCode);
        string error = Assert.Single(result.ErrorLines);
        Assert.Contains("Read-only file system", error, StringComparison.Ordinal);
        Assert.Contains(says, error, StringComparison.Ordinal);
        Assert.DoesNotContain("another program", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_threads_are_allowed_and_said()
    {
        place.CopyRun(TrainedRun.Interrupted);
        var result = place.Run("train", "tiny.yaml", "threads=2", "--until", "pretrain", "--run", "run").Succeeded();
        Assert.Contains("warning: pretrain was computed by 1 threads, fp32 on cpu, and continues with 2", result.Output, StringComparison.Ordinal);
    }

    [SkippableTheory]
    [InlineData("2500k", "pretrain")]
    [InlineData("3800k", "joint")]
    public void A_full_disk_costs_nothing_once_there_is_room(string size, string step)
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs a small file system of Linux");
        Directory.CreateDirectory(place.In("disk"));
        Directory.CreateDirectory(place.In("out"));
        string command = string.Join(' ', HeliographProgram.Command.Select(part => $"'{part}'")) + " train tiny.yaml --run disk/run";
        // A private mount namespace: nobody else sees the small disk, and it goes with the process.
        var probe = HeliographProgram.RunAny(place.Path, "sh", "-c", "unshare -rm mount -t tmpfs none disk");
        Skip.If(probe.ExitCode != 0, $"a private file system is not permitted here: {probe.Error.Trim()}");
        HeliographProgram.RunAny(place.Path, "unshare", "-rm", "sh", "-c", $"""
            mount -t tmpfs -o size={size} none disk || exit 1
            {command} > out/full.txt 2> out/full.err; echo $? > out/full.code
            find disk > out/files.txt
            mount -o remount,size=64m disk || exit 1
            {command} > out/room.txt 2>&1; echo $? > out/room.code
            mkdir out/run && cp -r disk/run/* out/run
            """).Succeeded();

        Assert.Equal("1", File.ReadAllText(place.In("out", "full.code")).Trim());
        string error = Assert.Single(File.ReadAllLines(place.In("out", "full.err")));
        Assert.StartsWith("error: No space left on device", error, StringComparison.Ordinal);
        Assert.Contains(step, error, StringComparison.Ordinal);
        Assert.DoesNotContain(".tmp", File.ReadAllText(place.In("out", "files.txt")), StringComparison.Ordinal);
        Assert.True(File.ReadAllText(place.In("out", "room.code")).Trim() == "0", File.ReadAllText(place.In("out", "room.txt")));
        Assert.Contains($"{step}: continues in epoch", File.ReadAllText(place.In("out", "room.txt")), StringComparison.Ordinal);
        TrainedRun.AssertSameAsFinished(place.In("out", "run"));
    }
}
