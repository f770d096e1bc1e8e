namespace Heliograph.Cli.Sweeping;

/// <summary>Where the nodes of a sweep run.</summary>
enum SweepPlace
{
    Local,
    Slurm,
    Kubernetes,
}
