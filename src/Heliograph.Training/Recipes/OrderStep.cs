using Heliograph.Experiments.Recipes;
using Heliograph.Experiments.Records;
using Heliograph.Networks;
using Heliograph.Training.Loop;
using Heliograph.Training.Measuring;
using Heliograph.Training.Pruning;

namespace Heliograph.Training.Recipes;

/// <summary>
/// Sorts the filters up to the split point, the most salient first, without removing any: the network computes what it did, and what a narrower network
/// keeps, at any ratio, is the beginning of each layer.
/// </summary>
public sealed class OrderStep : PruneStep
{
    /// <inheritdoc/>
    public override StepPlan Plan => Elastic.Order;

    /// <inheritdoc/>
    public override (Measurement Measured, string? Note) Run(TrainingSession session, Checkpoint? resume)
    {
        var model = Backbone(session);
        ChannelGroup[] groups = [.. UniformPruning.Before(new(model.Network), model.Network, session.Experiment.Split)];
        var scores = Score(session, groups, [model], phase: 0);
        var (network, weights) = FilterRemoval.Keep(model.Network, model.Weights, scores.ToDictionary(group => group.Key, group => Descending(group.Value)));
        Leave(session, [new(network, weights)]);
        return (new Evaluator(session).Classify(new(network, weights), session.Measured.Images), null);
    }

    // Ties in their order, so that the result is reproducible.
    static int[] Descending(double[] scores) => [.. Enumerable.Range(0, scores.Length).OrderByDescending(filter => scores[filter])];
}
