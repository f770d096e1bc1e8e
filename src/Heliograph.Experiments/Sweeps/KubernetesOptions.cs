using System.Text.RegularExpressions;
using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments.Sweeps;

/// <summary>What each node of a sweep asks of Kubernetes.</summary>
public sealed partial record KubernetesOptions : IValidated
{
    /// <summary>A container image with <c>heliograph</c> on its path. Needed.</summary>
    public string? Image { get; init; }

    /// <summary>Where the jobs run; null for the namespace of whoever applies them.</summary>
    public string? Namespace { get; init; }

    /// <summary>Name of a volume claim that all nodes can write (ReadWriteMany); the sweep's folder is on it. Needed.</summary>
    public string? Claim { get; init; }

    /// <summary>Processors of a node as Kubernetes writes them, such as <c>2</c> or <c>500m</c>; null for as many as its experiment has threads.</summary>
    public string? Cpus { get; init; }

    /// <summary>Memory of a node, such as <c>4Gi</c>; null for no limit.</summary>
    public string? Memory { get; init; }

    /// <summary>NVIDIA GPUs of a node, at least 0.</summary>
    public int Gpus { get; init; }

    /// <summary>How many nodes run at the same time, at least 1; null for <c>--jobs</c>.</summary>
    public int? Concurrency { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        check.That(Image is null || Word().IsMatch(Image), nameof(Image), $"must be the name of an image, not '{OneLine.Of(Image ?? "")}'");
        foreach (var (property, value) in new[] { (nameof(Namespace), Namespace), (nameof(Claim), Claim) })
            check.That(value is null || Label().IsMatch(value), property, $"must be of a–z, 0–9 and '-', at most 63 letters, not '{OneLine.Of(value ?? "")}'");
        foreach (var (property, value) in new[] { (nameof(Cpus), Cpus), (nameof(Memory), Memory) })
            check.That(value is null || Quantity().IsMatch(value), property, $"must be a quantity such as 2, 500m or 4Gi, not '{OneLine.Of(value ?? "")}'");
        check.That(Gpus >= 0, nameof(Gpus), $"must be at least 0, not {Gpus}");
        check.That(Concurrency is null or >= 1, nameof(Concurrency), $"must be at least 1, not {Concurrency}");
    }

    [GeneratedRegex(@"^[A-Za-z0-9][A-Za-z0-9._:/@-]*\z")]
    private static partial Regex Word();

    [GeneratedRegex(@"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\z")]
    private static partial Regex Label();

    [GeneratedRegex(@"^[0-9]+(\.[0-9]+)?(m|[kMGTPE]|[KMGTPE]i)?\z")]
    private static partial Regex Quantity();
}
