using System.Text.RegularExpressions;
using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments.Sweeps;

/// <summary>What each node of a sweep asks of Slurm. Null leaves a setting to the cluster.</summary>
public sealed partial record SlurmOptions : IValidated
{
    // What a sweep itself tells sbatch.
    static readonly string[] Taken =
    [
        "--array", "-a", "--dependency", "-d", "--kill-on-invalid-dep", "--job-name", "-J", "--output", "-o", "--error", "-e", "--open-mode", "--parsable",
        "--partition", "-p", "--time", "-t", "--cpus-per-task", "-c", "--mem", "--account", "-A", "--qos", "-q", "--constraint", "-C", "--wrap", "--wait", "-W",
    ];

    /// <summary>Name of a partition.</summary>
    public string? Partition { get; init; }

    /// <summary>Time limit of a node, as Slurm writes it: minutes, <c>2:00:00</c>, <c>1-12</c> or <c>1-12:00:00</c>.</summary>
    public string? Time { get; init; }

    /// <summary>Processors of a node, at least 1; null for as many as its experiment has threads.</summary>
    public int? Cpus { get; init; }

    /// <summary>Memory of a node in MiB, or with a unit: <c>4G</c>.</summary>
    public string? Memory { get; init; }

    /// <summary>Who is charged.</summary>
    public string? Account { get; init; }

    /// <summary>Quality of service.</summary>
    public string? Qos { get; init; }

    /// <summary>Features that machines must have.</summary>
    public string? Constraint { get; init; }

    /// <summary>How many tasks of an array job run at the same time, at least 1; null for <c>--jobs</c>.</summary>
    public int? Concurrency { get; init; }

    /// <summary>Further options of <c>sbatch</c>, such as <c>--gres=gpu:1</c>.</summary>
    public ValueList<string> Options { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        foreach (var (property, value) in new[] { (nameof(Partition), Partition), (nameof(Account), Account), (nameof(Qos), Qos), (nameof(Constraint), Constraint) })
            check.That(value is null || Word().IsMatch(value), property, $"must be one word, not '{OneLine.Of(value ?? "")}'");
        check.That(Time is null || TimeLimit().IsMatch(Time), nameof(Time), $"must be a number of minutes, H:MM:SS, D-HH or D-HH:MM:SS, not '{OneLine.Of(Time ?? "")}'");
        check.That(Cpus is null or >= 1, nameof(Cpus), $"must be at least 1, not {Cpus}");
        check.That(Memory is null || Size().IsMatch(Memory), nameof(Memory), $"must be a number of MiB, or one with K, M, G or T such as 4G, not '{OneLine.Of(Memory ?? "")}'");
        check.That(Concurrency is null or >= 1, nameof(Concurrency), $"must be at least 1, not {Concurrency}");
        foreach (string option in Options)
        {
            check.That(Option().IsMatch(option), nameof(Options), $": '{OneLine.Of(option)}' is no option of sbatch; write for instance --gres=gpu:1");
            string name = option.StartsWith("--", StringComparison.Ordinal) ? option.Split('=')[0] : option[..2];
            check.That(!Taken.Contains(name), nameof(Options), $": {name} is set by the sweep or has a key of its own");
        }
    }

    [GeneratedRegex(@"^\S+\z")]
    private static partial Regex Word();

    [GeneratedRegex(@"^([0-9]+|[0-9]+:[0-9]{2}(:[0-9]{2})?|[0-9]+-[0-9]{1,2}(:[0-9]{2}){0,2})\z")]
    private static partial Regex TimeLimit();

    [GeneratedRegex(@"^[0-9]+[KMGT]?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Size();

    [GeneratedRegex(@"^(-[A-Za-z]|--[a-z])[^\p{C}]*\z")]
    private static partial Regex Option();
}
