using System.Text;
using Heliograph.Experiments.Sweeps;

namespace Heliograph.Experiments.Tests.Sweeps;

public sealed class ClusterOptionsTests
{
    const string Yaml = """
        experiment: quickstart
        slurm:
          partition: short
          time: 2:00:00
          memory: 4G
          options: [--gres=gpu:1, "--comment=a b"]
        kubernetes:
          image: heliograph:1.0
        """;

    static SweepDefinition Read(string yaml, params string[] overrides)
    {
        using var folder = new TemporaryFolder();
        return SweepDefinition.Read(folder.Write("s.yaml", Encoding.UTF8.GetBytes(yaml)), overrides);
    }

    [Fact]
    public void They_stand_in_the_file_or_on_the_command_line_and_are_kept()
    {
        var sweep = Read(Yaml, "slurm.partition=long", "kubernetes.claim=runs", "joint.epochs=3");
        Assert.Equal(new SlurmOptions { Partition = "long", Time = "2:00:00", Memory = "4G", Options = ["--gres=gpu:1", "--comment=a b"] }, sweep.Clusters.Slurm);
        Assert.Equal(new KubernetesOptions { Image = "heliograph:1.0", Claim = "runs" }, sweep.Clusters.Kubernetes);
        Assert.Equal(3, sweep.Base.Joint.Epochs);
        Assert.Equal(sweep.Clusters, Read(sweep.ToYaml()).Clusters);
        Assert.DoesNotContain("slurm", Read("experiment: quickstart\n").ToYaml(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("slurm:\n  partion: x", "s.yaml:3: slurm.partion: no such key; did you mean slurm.partition?")]
    [InlineData("slurm: short", "s.yaml:2: slurm is a group of keys; set one of slurm.partition")]
    [InlineData("slurm:\n  time: tomorrow", "s.yaml:3: slurm.time must be a number of minutes, H:MM:SS, D-HH or D-HH:MM:SS, not 'tomorrow'")]
    [InlineData("slurm:\n  memory: 4 GB", "s.yaml:3: slurm.memory must be a number of MiB, or one with K, M, G or T such as 4G, not '4 GB'")]
    [InlineData("slurm:\n  cpus: 0", "s.yaml:3: slurm.cpus must be at least 1, not 0")]
    [InlineData("slurm:\n  options: [--array=0-9]", "s.yaml:3: slurm.options: --array is set by the sweep or has a key of its own")]
    [InlineData("slurm:\n  options: [-pshort]", "s.yaml:3: slurm.options: -p is set by the sweep or has a key of its own")]
    [InlineData("slurm:\n  options: [gpu]", "s.yaml:3: slurm.options: 'gpu' is no option of sbatch; write for instance --gres=gpu:1")]
    [InlineData("kubernetes:\n  memory: 4GB", "s.yaml:3: kubernetes.memory must be a quantity such as 2, 500m or 4Gi, not '4GB'")]
    [InlineData("kubernetes:\n  claim: My_Runs", "s.yaml:3: kubernetes.claim must be of a–z, 0–9 and '-', at most 63 letters, not 'My_Runs'")]
    [InlineData("kubernetes:\n  image: \"a\\nb\"", "s.yaml:3: kubernetes.image must be the name of an image, not 'a b'")]
    public void What_makes_no_sense_is_refused(string section, string says) =>
        Assert.Contains(says, Assert.Throws<UsageException>(() => Read($"experiment: quickstart\n{section}\n")).Message, StringComparison.Ordinal);
}
