using Heliograph.Experiments.Sweeps;
using Heliograph.Wording;

namespace Heliograph.Cli.Sweeping;

/// <summary>Does the nodes of a sweep on this machine, some side by side, each in a process of its own.</summary>
/// <param name="folder">The sweep's.</param>
/// <param name="jobs">How many run at once.</param>
/// <param name="data">Where to look for data first.</param>
/// <param name="view">Shows how it goes.</param>
sealed class LocalSweep(string folder, int jobs, string? data, ISweepView view)
{
    readonly SweepEnds ends = new(folder, view);

    /// <summary>Does all that can be done. What is done already is not done again; what fails does not stop the rest.</summary>
    /// <exception cref="OperationCanceledException">Stopped on request, each node with a checkpoint.</exception>
    public async Task RunAsync(SweepState state, CancellationToken cancellation)
    {
        var running = new Dictionary<Task<(int ExitCode, string Error)>, NodeProcess>();
        try
        {
            while (true)
            {
                foreach (var node in state.Ready.Take(jobs - running.Count).ToArray())
                {
                    cancellation.ThrowIfCancellationRequested();
                    state.Set(node, NodeState.Running);
                    var process = new NodeProcess(folder, node, data);
                    running.Add(process.EndAsync(), process);
                }
                view.Show(state, running.Values.Select(process => new RunningNode(process.Node, process.Elapsed, process.LastLine)));
                if (running.Count == 0)
                    return;
                var ended = await Task.WhenAny(running.Keys.Cast<Task>().Append(Task.Delay(TimeSpan.FromSeconds(1), cancellation)));
                cancellation.ThrowIfCancellationRequested();
                if (ended is Task<(int, string)> end)
                    End(state, running, end);
            }
        }
        finally
        {
            foreach (var process in running.Values)
                process.Stop();
            await Task.WhenAll(running.Keys);
            foreach (var process in running.Values)
                process.Dispose();
        }
    }

    void End(SweepState state, Dictionary<Task<(int ExitCode, string Error)>, NodeProcess> running, Task<(int ExitCode, string Error)> end)
    {
        running.Remove(end, out var process);
        using var ended = process!;
        var (code, error) = end.Result;
        if (code == 0 && ended.Node.IsDone(folder))
            ends.Finish(state, ended.Node, ended.Elapsed);
        else
            ends.Fail(state, ended.Node, error.Length > 0 ? Printable.Line(error) : FormattableString.Invariant($"ended with exit code {code}; its log is {ended.LogPath}"));
    }
}
