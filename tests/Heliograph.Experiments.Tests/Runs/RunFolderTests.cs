using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;
using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Tests.Records;
using Heliograph.Files;

namespace Heliograph.Experiments.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    readonly TemporaryFolder folder = new();

    string RunPath => Path.Combine(folder.Path, "run");

    public void Dispose() => folder.Dispose();

    static Experiment Bind(string name, params string[] overrides)
    {
        var (_, yaml, source) = ExperimentFiles.Resolve(name);
        return OptionsBinder.Bind<Experiment>(yaml, source, overrides);
    }

    static EpochMetrics Epoch(string step, int epoch) => new(step, 0, epoch, 50 * epoch, 0.1, 0.5, 60, "test", 55, 100, 1);

    [Fact]
    public void The_newest_two_checkpoints_are_kept_and_the_newest_is_read()
    {
        using var run = RunFolder.OpenForWork(RunPath);
        Assert.False(run.HasCheckpoint);
        Assert.Null(run.NewestCheckpoint("joint", _ => { }));
        foreach (int epoch in (int[])[1, 2, 10])
            run.Save(CheckpointTests.Content(CheckpointTests.Make(epoch)), epoch * 50);
        Assert.Equal(["joint-002-000000100.safetensors", "joint-002-000000500.safetensors"],
            Directory.GetFiles(run.In("checkpoints")).Select(Path.GetFileName).Order());
        Assert.Equal(10, run.NewestCheckpoint("joint", _ => Assert.Fail("damaged"))!.Position.Epoch);
        Assert.Null(run.NewestCheckpoint("prune", _ => { }));
    }

    [SkippableTheory]
    [InlineData("metrics.jsonl")]
    [InlineData("environment.jsonl")]
    public void Records_without_end_are_refused(string name)
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no /dev/zero");
        using var run = RunFolder.OpenForWork(RunPath);
        File.CreateSymbolicLink(run.In(name), "/dev/zero");
        Func<object> read = name == "metrics.jsonl" ? run.ReadMetrics : () => RunEnvironment.Calls(run);
        Assert.StartsWith($"{run.In(name)}: longer than 67,108,864 bytes", Assert.Throws<InvalidDataException>(read).Message, StringComparison.Ordinal);
        if (name == "metrics.jsonl")
            Assert.Throws<InvalidDataException>(run.MarkMetrics);
    }

    [Fact]
    public void A_damaged_newest_checkpoint_is_told_and_the_older_one_used()
    {
        using var run = RunFolder.OpenForWork(RunPath);
        run.Save(CheckpointTests.Content(CheckpointTests.Make(1)), 50);
        run.Save(CheckpointTests.Content(CheckpointTests.Make(2)), 100);
        string newest = run.In("checkpoints", "joint-002-000000100.safetensors");
        using (var file = new FileStream(newest, FileMode.Open))
            file.SetLength(file.Length / 2);
        var damaged = new List<string>();
        Assert.Equal(1, run.NewestCheckpoint("joint", damaged.Add)!.Position.Epoch);
        Assert.Contains(newest, Assert.Single(damaged), StringComparison.Ordinal);
        File.Delete(run.In("checkpoints", "joint-002-000000050.safetensors"));
        Assert.Null(run.NewestCheckpoint("joint", _ => { }));
    }

    [Fact]
    public void A_checkpoint_stays_though_damaged_ones_have_later_names()
    {
        using var run = RunFolder.OpenForWork(RunPath);
        foreach (int iteration in (int[])[50, 100])
        {
            run.Save(CheckpointTests.Content(CheckpointTests.Make(1)), iteration);
            File.WriteAllText(run.In("checkpoints", $"joint-002-{iteration:D9}.safetensors"), "");
        }
        run.Save(CheckpointTests.Content(CheckpointTests.Make(2)), 10);
        run.Save(CheckpointTests.Content(CheckpointTests.Make(3)), 20);
        Assert.Equal(3, run.NewestCheckpoint("joint", _ => { })!.Position.Epoch);
    }

    [Fact]
    public void A_finished_step_has_a_result_and_no_checkpoints()
    {
        using var run = RunFolder.OpenForWork(RunPath);
        Assert.Null(run.ResultOf("prune"));
        run.BeginStep("prune");
        run.Save(CheckpointTests.Content(CheckpointTests.Make(1, "prune")), 50);
        var result = new StepResult("prune", 61.25, 88.5, 12.5, "192 of 384");
        run.Finish(result);
        Assert.Equal(result, run.ResultOf("prune"));
        Assert.False(run.HasCheckpoint);
    }

    [Fact]
    public void Only_one_program_works_in_a_run()
    {
        using (var run = RunFolder.OpenForWork(RunPath))
        {
            run.Write(new());
            Assert.Equal($"another program is working in {RunPath}", Assert.Throws<FolderInUseException>(() => RunFolder.OpenForWork(RunPath)).Message);
            using var reader = RunFolder.OpenForReading(RunPath);
            Assert.Equal("run", reader.Name);
        }
        RunFolder.OpenForWork(RunPath).Dispose();
        Assert.True(RunFolder.IsRun(RunPath));
    }

    [Fact]
    public void What_is_not_the_runs_stays()
    {
        using (var run = RunFolder.OpenForWork(RunPath))
        {
            run.Write(new());
            run.BeginStep("prune");
            Directory.CreateDirectory(run.In("checkpoints"));
        }
        string[] torn = [.. new[] { "experiment.yaml", "checkpoints/prune-001-000000007.safetensors", "steps/prune/backbone.safetensors", "features" }.Select(file => AtomicFile.TemporaryPath(Path.Combine(RunPath, file)))];
        foreach (string file in (string[])[.. torn, Path.Combine(RunPath, ".features.tmp")])
            File.WriteAllText(file, "torn");
        string[] foreign =
        [
            folder.Write("notes/.draft.tmp", [1]), folder.Write("notes/.a.txt.abcdefgh.abc.tmp", [1]), folder.Write("run/.draft.tmp", [1]), folder.Write("run/mine/.a.abcdefgh.abc.tmp", [1]),
            folder.Write("run/checkpoints/best.safetensors", [1]), folder.Write("run/checkpoints/prune-best.safetensors", [1]),
        ];
        Directory.CreateSymbolicLink(Path.Combine(RunPath, "steps", "notes"), Path.Combine(folder.Path, "notes"));
        Directory.CreateSymbolicLink(Path.Combine(RunPath, "up"), folder.Path);

        using (var run = RunFolder.OpenForWork(RunPath))
        {
            Assert.False(run.HasCheckpoint);
            foreach (int epoch in (int[])[1, 2, 3])
                run.Save(CheckpointTests.Content(CheckpointTests.Make(epoch, "prune")), epoch * 50);
            run.Finish(new("prune", 50, 90, 1));
            Assert.False(run.HasCheckpoint);
        }
        Assert.DoesNotContain(torn, File.Exists);
        Assert.False(File.Exists(Path.Combine(RunPath, ".features.tmp")));
        Assert.All(foreign, file => Assert.True(File.Exists(file), file));
    }

    [Fact]
    public void A_lock_that_cannot_be_made_is_not_another_program()
    {
        // As a file system that is read-only, which the end-to-end tests have: the cause is told, whatever it is.
        folder.Write("run/experiment.yaml", []);
        Directory.CreateDirectory(Path.Combine(RunPath, "lock"));
        var error = Assert.ThrowsAny<Exception>(() => RunFolder.OpenForWork(RunPath));
        Assert.DoesNotContain("another program", error.Message, StringComparison.Ordinal);
        Assert.Contains("lock", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lost_lines_of_metrics_are_noticed()
    {
        using var run = RunFolder.OpenForWork(RunPath);
        run.Append(Epoch("prune", 1));
        run.Append(Epoch("joint", 1));
        var mark = run.MarkMetrics();
        run.Append(Epoch("joint", 2));
        Assert.Null(mark.LostIn(run.MetricsPath));
        string[] lines = File.ReadAllLines(run.MetricsPath);

        File.WriteAllLines(run.MetricsPath, lines[1..]);
        Assert.Contains("is damaged", mark.LostIn(run.MetricsPath), StringComparison.Ordinal);
        File.WriteAllLines(run.MetricsPath, lines[..1]);
        Assert.Contains("has lost lines", mark.LostIn(run.MetricsPath), StringComparison.Ordinal);
        Assert.Contains("has lost lines", (mark with { Sha256 = null }).LostIn(run.MetricsPath), StringComparison.Ordinal);
        // What a cut line was about is not told; the next is whole.
        File.WriteAllText(run.MetricsPath, lines[0] + "\n" + lines[1][..20]);
        run.Append(Epoch("joint", 3));
        Assert.Equal([Epoch("prune", 1), Epoch("joint", 3)], run.ReadMetrics());
        Assert.Equal(4, run.EpochsBegun("joint"));
    }

    [Fact]
    public void A_run_that_never_began_leaves_nothing()
    {
        RunFolder.OpenForWork(RunPath).Dispose();
        Assert.False(Directory.Exists(RunPath));
    }

    [Fact]
    public void A_folder_with_other_things_is_no_place_for_a_run()
    {
        folder.Write("run/photo.png", [1]);
        Assert.Contains("that holds other things", Assert.Throws<UsageException>(() => RunFolder.OpenForWork(RunPath)).Message, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(RunPath, "photo.png")], Directory.GetFileSystemEntries(RunPath));
        // The lock of a program that was killed is empty.
        string theirs = folder.Write("door/lock", [1]);
        Assert.Throws<UsageException>(() => RunFolder.OpenForWork(Path.Combine(folder.Path, "door")));
        Assert.True(File.Exists(theirs));
        Assert.Contains("holds no run", Assert.Throws<UsageException>(() => RunFolder.OpenForReading(RunPath)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Metrics_after_the_checkpoint_are_forgotten()
    {
        using var run = RunFolder.OpenForWork(RunPath);
        Assert.Equal(0, run.MarkMetrics().Bytes);
        run.Append(Epoch("joint", 1));
        long length = run.MarkMetrics().Bytes;
        run.Append(Epoch("joint", 2));
        run.TruncateMetrics(length);
        run.TruncateMetrics(1000);
        Assert.Equal([Epoch("joint", 1)], run.ReadMetrics());
        // What a kill cut short is left out.
        File.AppendAllText(run.MetricsPath, "{\"step\":\"joint\",\"epo");
        Assert.Equal([Epoch("joint", 1)], run.ReadMetrics());
    }

    public static TheoryData<string> BuiltIn => [.. ExperimentFiles.BuiltIn];

    [Theory]
    [MemberData(nameof(BuiltIn))]
    public void Every_built_in_experiment_binds_and_survives_the_run_folder(string name)
    {
        var experiment = Bind(name);
        using var run = RunFolder.OpenForWork(RunPath);
        run.Write(experiment);
        Assert.Equal(OptionsBinder.Flatten(experiment), OptionsBinder.Flatten(run.ReadExperiment()));
        RunAgreement.Check(run, experiment);
    }

    [Theory]
    [InlineData("pool1")]
    [InlineData("pool2")]
    [InlineData("pool3")]
    [InlineData("pool4")]
    [InlineData("pool5")]
    public void The_papers_experiments_have_the_papers_hyper_parameters(string pool)
    {
        var e = Bind("paper/" + pool);
        Assert.Equal((pool, "vgg16", 1.0, 0.0, "cifar100"), (e.Split, e.Network.Name, e.Network.Width, e.Network.Dropout, e.Data.Name));
        Assert.Equal((60, 10, 40, 60), (e.Pretrain.Epochs, e.Prune.Epochs, e.Autoencoder.Epochs, e.Joint.Epochs));
        Assert.Equal((0.01, 1e-4, 0.1, 1e-4), (e.Pretrain.Rate, e.Prune.Rate, e.Autoencoder.Rate, e.Joint.Rate));
        Assert.Equal([20, 40], e.Pretrain.Milestones);
        Assert.Equal(512, e.Prune.PerIteration);
    }

    [Theory]
    [InlineData("threads=7")]
    [InlineData("precision=bf16")]
    [InlineData("evaluation.draws=9")]
    [InlineData("pretrain.measureEvery=5")]
    [InlineData("checkpoint.minutes=1")]
    [InlineData("joint.epochs=3")]
    public void What_changes_no_result_so_far_may_change(string change)
    {
        using var run = RunFolder.OpenForWork(RunPath);
        run.Write(Bind("quickstart"));
        run.BeginStep("pretrain");
        RunAgreement.Check(run, Bind("quickstart", change));
    }

    [Theory]
    [InlineData("seed=77", "seed")]
    [InlineData("split=pool1", "split")]
    [InlineData("pretrain.rate=99", "pretrain.rate")]
    [InlineData("channel.snr=3", "channel.snr")]
    [InlineData("code.channels=99", "code.channels")]
    public void What_was_used_already_may_not(string change, string key)
    {
        using var run = RunFolder.OpenForWork(RunPath);
        run.Write(Bind("quickstart"));
        run.BeginStep("pretrain");
        string message = Assert.Throws<UsageException>(() => RunAgreement.Check(run, Bind("quickstart", change))).Message;
        Assert.StartsWith($"the run {RunPath} has {key}: ", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }

    [Theory]
    [InlineData("prune.ratio=0.9")]
    [InlineData("prune.snr=0:10")]
    [InlineData("prune.gradual.removals=3")]
    [InlineData("joint.epochs=9")]
    public void What_leaves_during_a_training_and_when_may_change_until_it_starts(string change)
    {
        string[] held = ["recipe=gradualPruning", "joint.schedule=linear", "joint.hold=2"];
        using var run = RunFolder.OpenForWork(RunPath);
        run.Write(Bind("quickstart", held));
        run.BeginStep("autoencoder");
        RunAgreement.Check(run, Bind("quickstart", [.. held, change]));
        run.BeginStep("joint");
        Assert.Throws<UsageException>(() => RunAgreement.Check(run, Bind("quickstart", [.. held, change])));
    }

    [Fact]
    public void A_training_that_is_done_or_falls_by_steps_keeps_its_length()
    {
        using var run = RunFolder.OpenForWork(RunPath);
        run.BeginStep("pretrain");
        run.Write(Bind("paper/backbone"));
        Assert.Throws<UsageException>(() => RunAgreement.Check(run, Bind("paper/backbone", "pretrain.epochs=99")));
        run.Write(Bind("quickstart"));
        RunAgreement.Check(run, Bind("quickstart", "pretrain.epochs=99"));
        run.Finish(new("pretrain", 61.25, 88.5, 12.5));
        Assert.Throws<UsageException>(() => RunAgreement.Check(run, Bind("quickstart", "pretrain.epochs=99")));
    }

    [Theory]
    [InlineData(3, "pretrain.epochs=30", true)]
    [InlineData(3, "pretrain.hold=2", true)]
    [InlineData(3, "pretrain.hold=0.5", false)]
    [InlineData(5, "pretrain.hold=2", false)]
    [InlineData(6, "pretrain.epochs=30", true)]
    [InlineData(7, "pretrain.epochs=30", false)]
    [InlineData(3, "pretrain.rate=0.7", false)]
    public void A_training_may_be_lengthened_until_its_rate_falls(int begun, string change, bool allowed)
    {
        // Quickstart warms up for 2 epochs.
        string[] held = ["pretrain.hold=4", "pretrain.epochs=10"];
        using var run = RunFolder.OpenForWork(RunPath);
        run.Write(Bind("quickstart", held));
        run.BeginStep("pretrain");
        for (int epoch = 1; epoch < begun; epoch++)
            run.Append(Epoch("pretrain", epoch));
        var error = Record.Exception(() => RunAgreement.Check(run, Bind("quickstart", [.. held, change])));
        Assert.Equal(allowed, error is null);
        Assert.True(error is null or UsageException);
    }

    [Fact]
    public void An_evaluation_survives_its_files()
    {
        using var run = RunFolder.OpenForWork(RunPath);
        Assert.Null(EvaluationFiles.Read(run));
        var result = new EvaluationResult("garden", "pool2", 64, 24_514_816, 74.2, 72.1, [new(-6, 20.5, 0.25, 50), new(14.5, 71.9, null, 91)]);
        EvaluationFiles.Write(RunPath, result, new Hits("test", "", 1, [new(null, [[true]])]));
        Assert.Equal([true], HitsFile.Read(run.In("evaluation.hits")).Points.Single().Draws.Single());
        var read = EvaluationFiles.Read(run)!;
        Assert.Equal(result.Points, read.Points);
        Assert.Equal(result with { Points = read.Points }, read);
        Assert.Equal("snr_db,top1,ci95,top5,measured_on\n-6,20.5,0.25,50,test\n14.5,71.9,,91,test\n", File.ReadAllText(run.In("evaluation.csv")));
        EvaluationFiles.Forget(run);
        Assert.Null(EvaluationFiles.Read(run));
        Assert.False(File.Exists(run.In("evaluation.hits")));
    }
}
