namespace Heliograph.Experiments.Tests;

public sealed class ExperimentFilesTest : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("heliograph-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Built_in_experiments_are_found_by_name()
    {
        Assert.Contains("quickstart", ExperimentFiles.BuiltIn);
        Assert.Equal(ExperimentFiles.BuiltIn.Order(StringComparer.Ordinal), ExperimentFiles.BuiltIn);
        foreach (string builtIn in ExperimentFiles.BuiltIn)
        {
            (string name, string yaml, string source) = ExperimentFiles.Resolve(builtIn);
            Assert.Equal(builtIn, name);
            Assert.Equal(builtIn + ".yaml", source);
            Assert.NotEmpty(yaml);
        }
    }

    [Fact]
    public void A_file_is_found_by_its_path()
    {
        string path = Path.Combine(folder, "mine.yaml");
        File.WriteAllText(path, "\ufeffseed: 3\n");
        Assert.Equal(("mine", "seed: 3\n", path), ExperimentFiles.Resolve(path));
    }

    [Fact]
    public void An_unknown_name_is_refused_with_the_nearest_and_the_list()
    {
        string message = Assert.Throws<UsageException>(() => ExperimentFiles.Resolve("quikstart")).Message;
        Assert.StartsWith("no experiment 'quikstart': neither a file nor built in; did you mean quickstart? (built in are ", message, StringComparison.Ordinal);
        message = Assert.Throws<UsageException>(() => ExperimentFiles.Resolve(Path.Combine(folder, "none.yaml"))).Message;
        Assert.Contains("built in are ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("did you mean", message, StringComparison.Ordinal);
        Assert.Throws<UsageException>(() => ExperimentFiles.Resolve(folder));
        Assert.Throws<UsageException>(() => ExperimentFiles.Resolve(""));
    }

    [Fact]
    public void A_huge_file_is_no_experiment()
    {
        string path = Path.Combine(folder, "weights.safetensors");
        using (FileStream file = File.Create(path))
            file.SetLength((1 << 20) + 1);
        Assert.Contains("is not an experiment", Assert.Throws<UsageException>(() => ExperimentFiles.Resolve(path)).Message, StringComparison.Ordinal);
    }
}
