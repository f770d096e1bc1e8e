using Heliograph.Experiments.Clusters;
using Heliograph.Experiments.Sweeps;
using Heliograph.Wording;

namespace Heliograph.Cli.Sweeping;

/// <summary>The tasks of a sweep in Slurm's queue.</summary>
static class SlurmQueue
{
    /// <summary>Gives jobs their numbers whose submission was cut off before it was recorded: their names tell.</summary>
    public static void Adopt(SlurmRecord record, IReadOnlyDictionary<string, SlurmTask> queue)
    {
        foreach (var submission in record.Submissions.Where(submission => submission.Job is null).ToArray())
        {
            if (queue.Values.FirstOrDefault(task => task.Job == submission.Name) is { } task)
                record.Write(submission with { Job = task.Id.Split('_')[0] });
        }
    }

    /// <summary>The task that does a node or did so last; null where the queue knows none. Another's job with the same number is none of ours.</summary>
    public static SlurmTask? TaskOf(SlurmRecord record, IReadOnlyDictionary<string, SlurmTask> queue, SweepNode node) =>
        record.TaskOf(node.Id) is { } id && queue.TryGetValue(id, out var task) && task.Job == record.SubmissionOf(node.Id).Name ? task : null;

    /// <summary>All that waits or runs of a sweep.</summary>
    public static IReadOnlyList<SlurmTask> Active(SlurmRecord record, IReadOnlyDictionary<string, SlurmTask> queue)
    {
        var names = record.Submissions.Select(submission => submission.Name).ToHashSet();
        return [.. queue.Values.Where(task => task.IsActive && names.Contains(task.Job))];
    }

    /// <summary>Cancels all of them; gives how many waited and ran.</summary>
    /// <exception cref="UsageException">Nothing was ever submitted, or there is no Slurm.</exception>
    /// <exception cref="IOException">Slurm does not answer.</exception>
    public static (int Waiting, int Running) Cancel(string folder)
    {
        if (!File.Exists(Path.Combine(folder, SlurmRecord.FileName)))
            throw new UsageException($"--cancel: nothing of {folder} was submitted to Slurm (no {SlurmRecord.FileName})");
        var active = Active(SlurmRecord.Read(folder), SlurmProgram.QueueAsync(CancellationToken.None).GetAwaiter().GetResult());
        if (active.Count > 0)
            SlurmProgram.CancelAsync(active.Select(task => task.Id.Split('_')[0]).Distinct()).GetAwaiter().GetResult();
        int running = active.Count(task => task.IsRunning);
        return (active.Count - running, running);
    }

    /// <summary>Refuses to do here what a cluster does. Where Slurm does not answer, the runs' locks keep two nodes apart.</summary>
    /// <exception cref="UsageException">A node waits or runs there.</exception>
    public static void RefuseActive(string folder)
    {
        if (!File.Exists(Path.Combine(folder, SlurmRecord.FileName)) || !SlurmProgram.IsInstalled)
            return;
        int active;
        try
        {
            active = Active(SlurmRecord.Read(folder), SlurmProgram.QueueAsync(CancellationToken.None).GetAwaiter().GetResult()).Count;
        }
        catch (IOException)
        {
            return;
        }
        if (active > 0)
            throw new UsageException($"{Plural.Of(active, "node")} of this sweep {(active == 1 ? "is" : "are")} in Slurm's queue: watch with --on slurm, or cancel with --cancel");
    }
}
