using System.Text.Json;
using Heliograph.Experiments.Runs;

namespace Heliograph.Experiments.Tests.Runs;

public sealed class RunEnvironmentTests
{
    [Fact]
    public void Each_call_adds_a_line_also_behind_one_that_was_cut_short()
    {
        using var folder = new TemporaryFolder();
        using var run = RunFolder.OpenForWork(folder.Path);
        string path = run.In("environment.jsonl");
        Assert.Null(RunEnvironment.CommitOf(run));
        RunEnvironment.Append(run, "0.107.0", "2.10.0", threads: 1, "cpu", Precision.Fp32);
        RunEnvironment.Append(run, "0.107.0", "2.10.0", threads: 1, "cpu", Precision.Fp32);
        string[] whole = File.ReadAllLines(path);
        Assert.Equal(2, whole.Length);
        File.WriteAllText(path, whole[0] + "\n" + whole[1][..40]);
        // No commit where the code was built outside of a repository.
        Assert.Equal(JsonDocument.Parse(whole[0]).RootElement.GetProperty("commit").GetString(), RunEnvironment.CommitOf(run));
        RunEnvironment.Append(run, "0.107.0", "2.10.0", threads: 1, "cpu", Precision.Fp32);
        string[] mended = File.ReadAllLines(path);
        Assert.Equal([whole[0], whole[1][..40]], mended[..2]);
        Assert.Equal(3, mended.Length);
        Assert.Equal(Environment.ProcessorCount, JsonDocument.Parse(mended[2]).RootElement.GetProperty("processors").GetInt32());
    }

    [Fact]
    public void Graphics_processors_are_named_as_the_driver_lists_them()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(RunEnvironment.GpuNames(folder.Path));
        Assert.Null(RunEnvironment.GpuNames(Path.Combine(folder.Path, "none")));
        foreach (string bus in (string[])["0000:01:00.0", "0000:02:00.0"])
        {
            string gpu = Path.Combine(folder.Path, bus);
            Directory.CreateDirectory(gpu);
            File.WriteAllText(Path.Combine(gpu, "information"), $"Model: \t\t NVIDIA H100 80GB HBM3\nIRQ:   \t\t 28\nBus Location: \t {bus}\n");
        }
        Assert.Equal("NVIDIA H100 80GB HBM3, NVIDIA H100 80GB HBM3", RunEnvironment.GpuNames(folder.Path));
    }
}
