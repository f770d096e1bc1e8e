using Heliograph.Experiments.Sweeps;

namespace Heliograph.Experiments.Clusters;

/// <summary>An array job of Slurm: nodes of a sweep that begin from the same node, a task for each.</summary>
/// <param name="Nodes">Task 0, 1 …</param>
/// <param name="After">The task that must succeed before, such as <c>12_3</c>; null where nothing is waited for.</param>
public sealed record SlurmArray(ValueList<SweepNode> Nodes, string? After)
{
    /// <summary>As many tasks as Slurm takes in an array job unless it is set up for more.</summary>
    public const int MostTasks = 1000;

    /// <summary>What <c>sbatch</c> is told; the script comes on its standard input.</summary>
    /// <param name="options">Of the sweep.</param>
    /// <param name="name">The job's.</param>
    /// <param name="folder">The sweep's, absolute.</param>
    /// <param name="jobs">How many tasks run at the same time unless the options say so.</param>
    public IReadOnlyList<string> Arguments(SlurmOptions options, string name, string folder, int jobs)
    {
        ArgumentNullException.ThrowIfNull(options);
        int cpus = options.Cpus ?? Nodes.Max(node => Math.Max(1, node.Experiment.Threads));
        (string Option, string? Value)[] set =
        [
            ("job-name", name),
            ("array", FormattableString.Invariant($"0-{Nodes.Count - 1}%{options.Concurrency ?? jobs}")),
            ("dependency", After is null ? null : $"afterok:{After}"),
            // What Slurm itself says of the tasks, for instance that a time limit is reached; % begins a pattern.
            ("output", Path.Combine(folder.Replace("%", "%%", StringComparison.Ordinal), "logs", "slurm-%A.log")),
            ("open-mode", "append"),
            ("ntasks", "1"),
            ("cpus-per-task", FormattableString.Invariant($"{cpus}")),
            ("partition", options.Partition),
            ("time", options.Time),
            ("mem", options.Memory),
            ("account", options.Account),
            ("qos", options.Qos),
            ("constraint", options.Constraint),
        ];
        return ["--parsable", "--kill-on-invalid-dep=yes", .. set.Where(option => option.Value is not null).Select(option => $"--{option.Option}={option.Value}"), .. options.Options];
    }

    /// <summary>What each task runs: the command of its node in place of the shell, so that Slurm's signals reach it.</summary>
    /// <param name="command">How this program is started.</param>
    /// <param name="folder">The sweep's, absolute.</param>
    /// <param name="data">Where to look for data first, absolute.</param>
    public string Script(IReadOnlyList<string> command, string folder, string? data) => $"""
        #!/bin/sh
        # Written by heliograph sweep: each task of this array job does one node.
        set -- {string.Join(' ', Nodes.Select(node => node.Id))}
        shift "$SLURM_ARRAY_TASK_ID"
        exec >> {ShellText.Quoted(Path.Combine(folder, "logs"))}/"$1".log 2>&1
        echo "Slurm job $SLURM_ARRAY_JOB_ID, task $SLURM_ARRAY_TASK_ID, on $SLURMD_NODENAME"
        exec {ShellText.Quoted([.. command, "sweep", folder])} --node "$1"{(data is null ? "" : $" --data {ShellText.Quoted(data)}")}

        """.ReplaceLineEndings("\n");
}
