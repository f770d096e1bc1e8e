using System.Diagnostics;
using Heliograph.Evaluation.OverSnr;
using Heliograph.Experiments.Runs;
using Heliograph.Experiments.Sweeps;
using Heliograph.Files;
using Heliograph.Training.Recipes;

namespace Heliograph.Cli.Sweeping;

/// <summary>Does one node of a sweep, in the process that was started for it.</summary>
static class SweepNodes
{
    // A program that has just been stopped still writes its checkpoint.
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>Does what is left of it.</summary>
    /// <param name="folder">The sweep's.</param>
    /// <param name="id">The node's.</param>
    /// <param name="data">Where to look for data first.</param>
    /// <param name="cancellation">Asks to stop with a checkpoint.</param>
    /// <exception cref="UsageException">There is no such node, or the one that it begins from is not done.</exception>
    public static void Do(string folder, string id, string? data, CancellationToken cancellation)
    {
        var node = SweepPlan.Of(SweepDefinition.Read(folder, [])).Nodes.FirstOrDefault(node => node.Id == id) ?? throw new UsageException($"the sweep {folder} has no node {id}");
        if (node.IsDone(folder))
            return;
        if (node.Parent is { } parent && !parent.IsDone(folder))
            throw new UsageException($"{node.Name} begins from {parent.Name}, which is not done");
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                Train(folder, node, data, cancellation);
                return;
            }
            catch (FolderInUseException) when (watch.Elapsed < Patience)
            {
                cancellation.WaitHandle.WaitOne(TimeSpan.FromSeconds(1));
                cancellation.ThrowIfCancellationRequested();
            }
        }
    }

    static void Train(string folder, SweepNode node, string? data, CancellationToken cancellation)
    {
        node.TakeOver(folder);
        using var run = RunFolder.OpenForWork(Path.Combine(folder, node.Folder));
        // What is shared was begun for one combination; for another it may differ in what it does not depend on.
        var experiment = node.Until is not null && RunFolder.IsRun(run.Path) ? run.ReadExperiment() : node.Experiment;
        var reporter = new PlainReporter(Console.Out);
        var trained = Pipeline.Run(run, experiment, data, node.Until, reporter, cancellation);
        if (node.Until is null)
            RunEvaluation.Of(trained.Session);
    }
}
