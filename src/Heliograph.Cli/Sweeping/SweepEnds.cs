using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Sweeps;

namespace Heliograph.Cli.Sweeping;

/// <summary>A node has ended: what becomes of the sweep's state, and what is said of it.</summary>
/// <param name="folder">The sweep's.</param>
/// <param name="view">Says it.</param>
sealed class SweepEnds(string folder, ISweepView view)
{
    public void Finish(SweepState state, SweepNode node, TimeSpan time)
    {
        state.Finish(node, time);
        view.Say($"done: {node.Name}, {Duration.Text(time)}{(Top1(node) is { } accuracy ? FormattableString.Invariant($", {accuracy:0.00} %") : "")}", isFailure: false);
        if (node.Until is null)
            view.RunIsDone();
    }

    public void Fail(SweepState state, SweepNode node, string reason)
    {
        state.Fail(node, reason);
        view.Say($"failed: {node.Name}: {reason}", isFailure: true);
    }

    // Accuracy after its last step, in percent.
    double? Top1(SweepNode node)
    {
        using var run = RunFolder.OpenForReading(Path.Combine(folder, node.Folder));
        return run.ResultOf(node.Until ?? node.Experiment.Steps().StepNames[^1])?.Top1;
    }
}
