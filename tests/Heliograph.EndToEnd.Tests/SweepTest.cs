using System.Text.Json;

namespace Heliograph.EndToEnd.Tests;

/// <summary>A sweep of the tiny experiment as a user trains it.</summary>
public sealed class SweepTest
{
    const string Sweep = "experiment: tiny.yaml\ngrid:\n  prune.ratio: [0.25, 0.5]\n  code.channels: [2, 4]\n";

    [Fact]
    public void A_sweep_that_is_killed_again_and_again_ends_with_the_runs_that_train_makes_and_nothing_is_done_twice()
    {
        using var place = new Place();
        place.Write("s.yaml", Sweep);
        string[] command = ["sweep", "s.yaml", "--to", "swept", "--jobs", "2"];
        for (int kill = 1; kill <= 3; kill++)
        {
            using var program = place.Start(command);
            // The nodes end by themselves: their standard input does.
            program.WaitUntil(() => Results(place).Length >= 3 * kill);
            program.Kill();
        }
        place.Run(command).Succeeded();
        // 1 backbone, 2 prunings, 4 pairs.
        var steps = Directory.GetFiles(Path.Combine(place.Path, "swept", "logs")).Select(File.ReadAllText).SelectMany(log => log.Split('\n')).Where(line => line.Contains(": done in ")).ToList();
        // What a node said after the sweep was killed is in no log.
        var most = new Dictionary<string, int> { ["pretrain"] = 1, ["prune"] = 2, ["autoencoder"] = 4, ["joint"] = 4 };
        Assert.All(steps.GroupBy(line => line.Split(':')[0]), step => Assert.InRange(step.Count(), 1, most[step.Key]));

        place.Run("train", "tiny.yaml", "prune.ratio=0.5", "code.channels=2", "threads=1", "precision=fp32", "--run", "alone").Succeeded();
        string swept = Path.Combine(place.Path, "swept", "prune.ratio=0.5,code.channels=2"), alone = Path.Combine(place.Path, "alone");
        foreach (string file in Directory.EnumerateFiles(alone, "*.safetensors", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(alone, file)))
            Assert.Equal(File.ReadAllBytes(Path.Combine(alone, file)), File.ReadAllBytes(Path.Combine(swept, file)));
        Assert.Equal(File.ReadAllText(Path.Combine(alone, "experiment.yaml")), File.ReadAllText(Path.Combine(swept, "experiment.yaml")));

        // Once more: all is done.
        var again = place.Run("sweep", "swept", "--json").Succeeded();
        using var json = JsonDocument.Parse(again.Output);
        Assert.Equal(7, json.RootElement.GetProperty("done").GetInt32());
        Assert.All(json.RootElement.GetProperty("runs").EnumerateArray(), run => Assert.True(run.GetProperty("isDone").GetBoolean()));

        // The folders' names do not tell all options: the runs of others are refused and stay, and another evaluation is measured.
        byte[] kept = File.ReadAllBytes(Path.Combine(swept, "steps", "joint", "edge.safetensors"));
        var other = place.Run([.. command, "joint.rate=0.5"]);
        Assert.Equal((2, "use another folder for another experiment"), (other.ExitCode, other.ErrorLines[^1].Split("; ")[^1]));
        place.Run([.. command, "evaluation.draws=3"]).Succeeded();
        using var evaluation = JsonDocument.Parse(File.ReadAllText(Path.Combine(swept, "evaluation.json")));
        Assert.Equal(3, evaluation.RootElement.GetProperty("draws").GetInt32());
        Assert.Equal(kept, File.ReadAllBytes(Path.Combine(swept, "steps", "joint", "edge.safetensors")));
    }

    [Fact]
    public void A_grid_that_grows_keeps_what_is_done()
    {
        using var place = new Place();
        place.Write("s.yaml", "experiment: tiny.yaml\ngrid:\n  prune.ratio: [0.25]\n");
        place.Run("sweep", "s.yaml", "--to", "swept").Succeeded();
        var before = File.GetLastWriteTimeUtc(Path.Combine(place.Path, "swept", "prune.ratio=0.25", "evaluation.json"));
        place.Write("s.yaml", "experiment: tiny.yaml\ngrid:\n  prune.ratio: [0.5, 0.25]\n");
        Assert.Contains("3 of 3 done", place.Run("sweep", "s.yaml", "--to", "swept").Succeeded().Output, StringComparison.Ordinal);
        Assert.Equal(before, File.GetLastWriteTimeUtc(Path.Combine(place.Path, "swept", "prune.ratio=0.25", "evaluation.json")));
    }

    [Fact]
    public void What_fails_is_told_and_does_not_stop_the_rest()
    {
        using var place = new Place();
        place.Write("s.yaml", "experiment: tiny.yaml\ngrid:\n  prune.macs: [1, 100000000]\n");
        var result = place.Run("sweep", "s.yaml", "--to", "swept");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("failed: prune.macs=1: error: prune.macs: 1 cannot be reached", result.Output, StringComparison.Ordinal);
        Assert.Contains("done: prune.macs=100000000", result.Output, StringComparison.Ordinal);
        Assert.Contains("2 of 3 done, 0 running, 1 failed, 0 waiting", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_backbone_that_fails_lets_nothing_begin_from_it()
    {
        using var place = new Place();
        place.Write("s.yaml", "experiment: tiny.yaml\nset:\n  pretrain.from: nowhere\ngrid:\n  prune.ratio: [0.25, 0.5]\n");
        var result = place.Run("sweep", "s.yaml", "--to", "swept");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("2 nodes could not start because a node they depend on failed", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_takes_values_and_seeds_without_a_file()
    {
        using var place = new Place();
        var result = place.Run("train", "tiny.yaml", "--sweep", "joint.epochs=0,1", "--seeds", "1..2", "--run", "swept").Succeeded();
        Assert.Contains("6 of 6 done", result.Output, StringComparison.Ordinal);
        Assert.Equal(["joint.epochs=0,seed=1", "joint.epochs=0,seed=2", "joint.epochs=1,seed=1", "joint.epochs=1,seed=2"],
            Directory.GetDirectories(Path.Combine(place.Path, "swept"), "joint*").Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void For_Kubernetes_only_a_manifest_is_written()
    {
        using var place = new Place();
        place.Write("s.yaml", Sweep);
        string[] before = place.Snapshot();
        string yaml = place.Run("sweep", "s.yaml", "--on", "kubernetes", "--dry-run", "kubernetes.image=heliograph:1", "kubernetes.claim=runs", "--to", "all/First").Succeeded().Output;
        Assert.StartsWith("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: first\n", yaml, StringComparison.Ordinal);
        Assert.Equal(3, yaml.Split("\nkind: Job\n").Length - 1);
        Assert.Equal(before, place.Snapshot());
    }

    static string[] Results(Place place) =>
        Directory.Exists(Path.Combine(place.Path, "swept")) ? Directory.GetFiles(Path.Combine(place.Path, "swept"), "result.json", SearchOption.AllDirectories) : [];
}
