using System.Security.Cryptography;
using System.Text;
using Heliograph.Experiments.Records;

namespace Heliograph.Experiments.Clusters;

/// <summary>What was submitted to Slurm for a sweep, in a file of its folder: before each <c>sbatch</c> a line with the job's name, and after it one with its number.</summary>
public sealed class SlurmRecord
{
    /// <summary>The file.</summary>
    public const string FileName = "slurm.jsonl";

    readonly string path, prefix;
    readonly OrderedDictionary<string, SlurmSubmission> submissions = new(StringComparer.Ordinal);
    readonly Dictionary<string, (string Submission, int Index)> tasks = new(StringComparer.Ordinal);

    SlurmRecord(string path, string prefix) => (this.path, this.prefix) = (path, prefix);

    /// <summary>In the order in which they were submitted.</summary>
    public IEnumerable<SlurmSubmission> Submissions => submissions.Values;

    /// <summary>Reads it; empty where there is none.</summary>
    /// <param name="folder">The sweep's.</param>
    public static SlurmRecord Read(string folder)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)), path = Path.Combine(full, FileName);
        // Two sweeps' names must differ, also where their folders' do not.
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..8];
        string name = string.Concat(Path.GetFileName(full).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
        var record = new SlurmRecord(path, $"heliograph-{name}-{hash}");
        foreach (var line in Json.ReadLines<SlurmSubmission>(path).Where(line => line is { Name: not null, Nodes: not null }))
            record.Keep(line);
        return record;
    }

    /// <summary>Records what is about to be submitted.</summary>
    public SlurmSubmission Begin(SlurmArray array)
    {
        ArgumentNullException.ThrowIfNull(array);
        var submission = new SlurmSubmission(FormattableString.Invariant($"{prefix}-{submissions.Count + 1}"), null, array.After, [.. array.Nodes.Select(node => node.Id)]);
        Write(submission);
        return submission;
    }

    /// <summary>Records the number that Slurm gave it.</summary>
    public void Write(SlurmSubmission submission)
    {
        Keep(submission);
        Json.AppendLine(path, submission);
    }

    /// <summary>The task that does a node, or did so last; null where none was submitted.</summary>
    /// <param name="node">Its id.</param>
    public string? TaskOf(string node) =>
        tasks.TryGetValue(node, out var task) && submissions[task.Submission].Job is { } job ? FormattableString.Invariant($"{job}_{task.Index}") : null;

    /// <summary>The array job of <see cref="TaskOf"/>.</summary>
    /// <param name="node">Its id; one that was submitted.</param>
    public SlurmSubmission SubmissionOf(string node) => submissions[tasks[node].Submission];

    void Keep(SlurmSubmission submission)
    {
        submissions[submission.Name] = submission;
        foreach (var (node, index) in submission.Nodes.Select((node, index) => (node, index)))
            tasks[node] = (submission.Name, index);
    }
}

/// <summary>An array job.</summary>
/// <param name="Name">By which Slurm knows it, too.</param>
/// <param name="Job">Its number; null where <c>sbatch</c> has not given one yet.</param>
/// <param name="After">The task that must succeed before; null for none.</param>
/// <param name="Nodes">Ids of the nodes, task 0 first.</param>
public sealed record SlurmSubmission(string Name, string? Job, string? After, ValueList<string> Nodes);
