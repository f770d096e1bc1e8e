using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Sweeps;

namespace Heliograph.Cli.Sweeping;

enum NodeState
{
    Waiting,
    Running,
    Done,
    Failed,
}

/// <summary>Where the nodes of a sweep stand.</summary>
sealed class SweepState
{
    readonly Dictionary<string, NodeState> states;
    readonly Dictionary<string, TimeSpan> took = [];
    readonly Dictionary<string, string> reasons = [];

    /// <summary>As their folders tell.</summary>
    public SweepState(SweepPlan plan, string folder)
    {
        Plan = plan;
        states = plan.Nodes.ToDictionary(node => node.Id, node => node.IsDone(folder) ? NodeState.Done : NodeState.Waiting);
    }

    public SweepPlan Plan { get; }

    public NodeState this[SweepNode node] => states[node.Id];

    /// <summary>Nodes whose parent is done and that nobody does yet, in order.</summary>
    public IEnumerable<SweepNode> Ready => Plan.Nodes.Where(node => states[node.Id] == NodeState.Waiting && (node.Parent is null || states[node.Parent.Id] == NodeState.Done));

    /// <summary>Nodes that cannot be done: one that they begin from has failed.</summary>
    public IEnumerable<SweepNode> Blocked => Plan.Nodes.Where(node => states[node.Id] == NodeState.Waiting && node.Ancestors.Any(other => states[other.Id] == NodeState.Failed));

    public IEnumerable<(SweepNode Node, string Reason)> Failed => Plan.Nodes.Where(node => states[node.Id] == NodeState.Failed).Select(node => (node, reasons[node.Id]));

    /// <summary>How long the nodes took that this call did, added up.</summary>
    public TimeSpan Took => TimeSpan.FromTicks(took.Values.Sum(time => time.Ticks));

    public int Count(NodeState state) => states.Values.Count(other => other == state);

    public void Set(SweepNode node, NodeState state) => states[node.Id] = state;

    public void Finish(SweepNode node, TimeSpan time)
    {
        states[node.Id] = NodeState.Done;
        took[node.Id] = time;
    }

    public void Fail(SweepNode node, string reason)
    {
        states[node.Id] = NodeState.Failed;
        reasons[node.Id] = reason;
    }

    /// <summary>Estimated from the nodes that are done, those that do the same steps first; null before there is one.</summary>
    /// <param name="jobs">How many run side by side.</param>
    public TimeSpan? Left(int jobs)
    {
        if (took.Count == 0)
            return null;
        double all = took.Values.Average(time => time.TotalSeconds);
        var means = Plan.Nodes.Where(node => took.ContainsKey(node.Id)).GroupBy(Kind).ToDictionary(same => same.Key, same => same.Average(node => took[node.Id].TotalSeconds));
        double seconds = Plan.Nodes.Where(node => states[node.Id] is NodeState.Waiting or NodeState.Running).Except(Blocked)
            .Sum(node => means.GetValueOrDefault(Kind(node), all) * (states[node.Id] == NodeState.Running ? 0.5 : 1));
        return TimeSpan.FromSeconds(seconds / jobs);
    }

    /// <summary>For instance <c>12 of 26 done, 2 running, 12 waiting, about 3 min 20 s left</c>.</summary>
    public string Line(int jobs) => FormattableString.Invariant($"{Count(NodeState.Done)} of {states.Count} done, {Count(NodeState.Running)} running")
        + (Count(NodeState.Failed) is > 0 and var failed ? $", {failed} failed" : "") + FormattableString.Invariant($", {Count(NodeState.Waiting)} waiting")
        + (Left(jobs) is { TotalSeconds: > 0 } left ? $", about {Duration.Text(left)} left" : "");

    static (string?, string?) Kind(SweepNode node) => (node.Parent?.Until, node.Until);
}
