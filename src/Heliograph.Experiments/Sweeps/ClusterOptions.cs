namespace Heliograph.Experiments.Sweeps;

/// <summary>What a sweep asks of the clusters that may do it.</summary>
public sealed record ClusterOptions
{
    /// <summary>For <c>--on slurm</c>.</summary>
    public SlurmOptions Slurm { get; init; } = new();

    /// <summary>For <c>--on kubernetes</c>.</summary>
    public KubernetesOptions Kubernetes { get; init; } = new();
}
