using System.Diagnostics;
using Heliograph.Experiments.Clusters;
using Heliograph.Experiments.Sweeps;
using Heliograph.Wording;

namespace Heliograph.Cli.Sweeping;

/// <summary>Does the nodes of a sweep on a Slurm cluster: submits all of them, each after the one that it begins from, and watches.</summary>
/// <param name="folder">The sweep's.</param>
/// <param name="options">What the nodes ask for.</param>
/// <param name="jobs">How many tasks of an array job run at the same time unless the options say so.</param>
/// <param name="data">Where to look for data first.</param>
/// <param name="view">Shows how it goes.</param>
sealed class SlurmSweep(string folder, SlurmOptions options, int jobs, string? data, ISweepView view)
{
    // Slurm's users share one scheduler: it is asked often only while something happens.
    static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1), Longest = TimeSpan.FromSeconds(15);

    // Network file systems show what another machine has written only after a while.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    readonly SlurmRecord record = SlurmRecord.Read(folder);
    readonly SweepEnds ends = new(folder, view);
    readonly Dictionary<string, Stopwatch> ended = [];
    readonly Dictionary<string, TimeSpan> elapsed = [];
    bool answers = true;

    /// <summary>Submits what is neither done nor queued, and watches until all has ended.</summary>
    /// <exception cref="IOException">Slurm refuses a job or does not answer.</exception>
    /// <exception cref="OperationCanceledException">Asked to stop watching; the jobs go on.</exception>
    public async Task RunAsync(SweepState state, CancellationToken cancellation)
    {
        var queue = await SlurmProgram.QueueAsync(cancellation);
        SlurmQueue.Adopt(record, queue);
        await SubmitAsync(state, queue, cancellation);
        var pause = Shortest;
        while (true)
        {
            var before = (state.Count(NodeState.Running), state.Count(NodeState.Done), state.Count(NodeState.Failed));
            var running = await LookAsync(state, cancellation);
            view.Show(state, running);
            if (state.Count(NodeState.Running) == 0 && state.Count(NodeState.Waiting) == state.Blocked.Count())
                return;
            bool isSame = before == (state.Count(NodeState.Running), state.Count(NodeState.Done), state.Count(NodeState.Failed));
            pause = isSame ? TimeSpan.FromSeconds(Math.Min(pause.TotalSeconds * 1.5, Longest.TotalSeconds)) : Shortest;
            await Task.Delay(pause, cancellation);
        }
    }

    async Task SubmitAsync(SweepState state, IReadOnlyDictionary<string, SlurmTask> queue, CancellationToken cancellation)
    {
        var left = state.Plan.Nodes.Where(node => state[node] != NodeState.Done).ToList();
        var kept = new HashSet<string>();
        foreach (var node in left.Where(node => IsKept(node, state, queue, kept)))
            kept.Add(node.Id);
        // They wait for a task that has failed.
        string[] vain = [.. left.Where(node => !kept.Contains(node.Id) && SlurmQueue.TaskOf(record, queue, node) is { IsActive: true }).Select(node => record.TaskOf(node.Id)!)];
        if (vain.Length > 0)
            await SlurmProgram.CancelAsync(vain);
        int submitted = kept.Count;
        foreach (var siblings in left.Where(node => !kept.Contains(node.Id)).GroupBy(node => node.Parent?.Id).SelectMany(siblings => siblings.Chunk(SlurmArray.MostTasks)))
        {
            cancellation.ThrowIfCancellationRequested();
            var parent = siblings[0].Parent;
            var array = new SlurmArray([.. siblings], parent is null || state[parent] == NodeState.Done ? null : record.TaskOf(parent.Id));
            await SubmitAsync(array, submitted, left.Count, cancellation);
            submitted += siblings.Length;
        }
    }

    async Task SubmitAsync(SlurmArray array, int before, int all, CancellationToken cancellation)
    {
        string full = Path.GetFullPath(folder);
        Directory.CreateDirectory(Path.Combine(full, "logs"));
        var submission = record.Begin(array);
        try
        {
            string job = await SlurmProgram.SubmitAsync(array.Arguments(options, submission.Name, full, jobs), array.Script(NodeProcess.Command(), full, data is null ? null : Path.GetFullPath(data)));
            record.Write(submission with { Job = job });
        }
        catch (IOException error) when (cancellation.IsCancellationRequested)
        {
            // A terminal sends Ctrl-C to sbatch, too. If the job was taken nevertheless, the next call knows it by its name.
            throw new OperationCanceledException(error.Message, error, cancellation);
        }
        catch (IOException error) when (before > 0)
        {
            throw new IOException(FormattableString.Invariant($"{error.Message}; {before} of {Plural.Of(all, "node")} are in Slurm's queue: the same command submits the rest, --cancel cancels them"), error);
        }
    }

    // A task that runs, or waits for one that may still succeed.
    bool IsKept(SweepNode node, SweepState state, IReadOnlyDictionary<string, SlurmTask> queue, HashSet<string> kept) =>
        SlurmQueue.TaskOf(record, queue, node) is { IsActive: true } task
        && (task.IsRunning || record.SubmissionOf(node.Id).After is not { } after
            || node.Parent is { } parent && record.TaskOf(parent.Id) == after && (kept.Contains(parent.Id) || state[parent] == NodeState.Done));

    async Task<IReadOnlyList<RunningNode>> LookAsync(SweepState state, CancellationToken cancellation)
    {
        var queue = await AskAsync(cancellation);
        var nodes = state.Plan.Nodes.Where(node => state[node] is NodeState.Waiting or NodeState.Running).ToList();
        var known = queue is null ? Nothing
            : await EndedAsync(nodes.Where(node => (node.Parent is null || state[node.Parent] == NodeState.Done) && SlurmQueue.TaskOf(record, queue, node) is null), cancellation);
        var running = new List<RunningNode>();
        // Parents come before those that begin from them.
        foreach (var node in nodes)
        {
            var task = SlurmQueue.TaskOf(record, queue ?? Nothing, node) ?? SlurmQueue.TaskOf(record, known, node);
            if (task is { IsActive: true })
            {
                state.Set(node, task.IsRunning ? NodeState.Running : NodeState.Waiting);
                if (task.IsRunning)
                    running.Add(new(node, elapsed[node.Id] = task.Elapsed, LastLine(node)));
            }
            else if (node.Parent is { } parent && state[parent] != NodeState.Done)
            {
                // Slurm has taken it out of the queue, as the task before it failed.
                state.Set(node, NodeState.Waiting);
            }
            else if (node.IsDone(folder))
            {
                ends.Finish(state, node, task?.Elapsed ?? elapsed.GetValueOrDefault(node.Id));
            }
            else if (queue is not null && (task is { State: not "COMPLETED" } || task is null && IsTakenOut(node, queue) || Since(node) > Patience))
            {
                ends.Fail(state, node, Reason(node, task));
            }
        }
        return running;
    }

    // Slurm forgets jobs some minutes after they have ended; its accounting, where there is one, does not.
    async Task<IReadOnlyDictionary<string, SlurmTask>> EndedAsync(IEnumerable<SweepNode> nodes, CancellationToken cancellation)
    {
        string[] jobs = [.. nodes.Select(node => record.SubmissionOf(node.Id).Job!).Distinct()];
        return jobs.Length == 0 ? Nothing
            : (await SlurmProgram.AccountingAsync(jobs, cancellation)).Values.Where(task => !task.IsActive).ToDictionary(task => task.Id);
    }

    static IReadOnlyDictionary<string, SlurmTask> Nothing { get; } = new Dictionary<string, SlurmTask>();

    // Slurm keeps nothing of a waiting task that is cancelled while others of its array job go on.
    bool IsTakenOut(SweepNode node, IReadOnlyDictionary<string, SlurmTask> queue) =>
        !elapsed.ContainsKey(node.Id) && record.SubmissionOf(node.Id).Name is var job && queue.Values.Any(other => other.Job == job);

    // Null while Slurm does not answer, for instance as its controller is restarted: the jobs go on.
    async Task<IReadOnlyDictionary<string, SlurmTask>?> AskAsync(CancellationToken cancellation)
    {
        try
        {
            var queue = await SlurmProgram.QueueAsync(cancellation);
            if (!answers)
                view.Say("Slurm answers again", isFailure: false);
            answers = true;
            return queue;
        }
        catch (IOException error)
        {
            if (answers)
                view.Say($"Slurm does not answer, which does not stop its jobs; asking again ({Printable.Line(error.Message)})", isFailure: false);
            answers = false;
            return null;
        }
    }

    TimeSpan Since(SweepNode node)
    {
        if (!ended.TryGetValue(node.Id, out var watch))
            ended.Add(node.Id, watch = Stopwatch.StartNew());
        return watch.Elapsed;
    }

    string Reason(SweepNode node, SlurmTask? task) => task?.State switch
    {
        "TIMEOUT" => "reached its time limit (slurm.time); the next call continues from its checkpoint",
        "OUT_OF_MEMORY" => "needs more memory (slurm.memory)",
        "CANCELLED" => "was cancelled",
        null when !elapsed.ContainsKey(node.Id) => "is no longer in Slurm's queue, as after scancel",
        _ when LastLine(node) is var line && line.StartsWith("error: ", StringComparison.Ordinal) => Printable.Line(line),
        var state => $"ended without a result{(state is null ? "" : $", in Slurm's words {state}")}; its log is {Log(node)}",
    };

    string Log(SweepNode node) => Path.Combine(folder, "logs", node.Id + ".log");

    string LastLine(SweepNode node)
    {
        const int Most = 4096;
        try
        {
            using var file = new FileStream(Log(node), FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Seek(-Math.Min(Most, file.Length), SeekOrigin.End);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";
        }
        catch (IOException)
        {
            return "";
        }
    }
}
