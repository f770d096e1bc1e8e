using System.Globalization;

namespace Heliograph.Experiments.Clusters;

/// <summary>A task of an array job, as Slurm tells of it.</summary>
/// <param name="Id">Job and index, such as <c>12_3</c>.</param>
/// <param name="State">In Slurm's words, such as <c>RUNNING</c>.</param>
/// <param name="Elapsed">How long it has run.</param>
/// <param name="Job">The job's name.</param>
public sealed record SlurmTask(string Id, string State, TimeSpan Elapsed, string Job)
{
    /// <summary>The format that <c>squeue</c> is asked for, with <c>--array</c>. The name, which may hold anything, comes last.</summary>
    public const string QueueFormat = "%F_%K|%T|%M|%j";

    /// <summary>The same of <c>sacct</c>.</summary>
    public const string AccountingFormat = "JobID,State,Elapsed,JobName";

    static readonly string[] Ended = ["COMPLETED", "CANCELLED", "FAILED", "TIMEOUT", "NODE_FAIL", "PREEMPTED", "BOOT_FAIL", "DEADLINE", "OUT_OF_MEMORY", "REVOKED"];

    static readonly string[] AtWork = ["RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT"];

    /// <summary>Whether it waits or runs. A state of a newer Slurm counts as such: nothing is done twice.</summary>
    public bool IsActive => !Ended.Contains(State);

    /// <summary>Whether it has begun and not ended.</summary>
    public bool IsRunning => AtWork.Contains(State);

    /// <summary>Reads what <c>squeue</c> or <c>sacct</c> print; lines of other forms are left out.</summary>
    public static IReadOnlyDictionary<string, SlurmTask> Read(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tasks = new Dictionary<string, SlurmTask>(StringComparer.Ordinal);
        foreach (string line in text.Split('\n'))
        {
            // sacct: CANCELLED by 1000.
            if (line.Split('|', 4) is [var id, var state, var elapsed, var name])
                tasks[id] = new(id, state.Split(' ')[0], Duration(elapsed), name.TrimEnd('\r'));
        }
        return tasks;
    }

    // [days-][hours:]minutes:seconds
    static TimeSpan Duration(string text)
    {
        var (days, rest) = text.Split('-') is [var first, var second] ? (Number(first), second) : (0, text);
        long seconds = rest.Split(':').Aggregate(0L, (sum, part) => sum * 60 + Number(part));
        return TimeSpan.FromSeconds(days * 86400L + seconds);

        static int Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
    }
}
