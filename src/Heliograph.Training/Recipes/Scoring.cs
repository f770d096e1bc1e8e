using Heliograph.Experiments.Trainings;
using Heliograph.Networks;
using Heliograph.Statistics;
using Heliograph.Training.Data;
using Heliograph.Training.Loop;
using Heliograph.Training.Modules;
using Heliograph.Training.Pruning;
using static TorchSharp.torch;

namespace Heliograph.Training.Recipes;

/// <summary>Scores of the filters up to the split point, as the options of <c>prune</c> say.</summary>
static class Scoring
{
    /// <summary>
    /// Scores filters on training images, not augmented. Where they are scored through the channel, an example is an image with its draw of SNR and noise, and each
    /// image is as many examples as <see cref="PruneOptions.Draws"/>: a score is the mean over both.
    /// </summary>
    /// <param name="session">Where and with what.</param>
    /// <param name="step">Name of the step; keys random draws.</param>
    /// <param name="groups">Which filters of the first network.</param>
    /// <param name="models">The networks; the first may lose filters.</param>
    /// <param name="removal">Which removal it is for, from 1 on; keys random draws.</param>
    /// <param name="rest">From what the first network gives, at a batch of the scoring, to logits.</param>
    /// <returns>By name of group, one score a channel.</returns>
    public static IReadOnlyDictionary<string, double[]> Of(TrainingSession session, string step, IReadOnlyList<ChannelGroup> groups, IReadOnlyList<Model> models, int removal,
        Func<IReadOnlyList<NetworkModule>, Tensor, long, Tensor> rest)
    {
        var options = session.Experiment.Prune;
        bool perMac = options.By == PruneBy.ScorePerMac;
        var saliency = Saliency.Create(options.Criterion, session.Experiment.Seed + (ulong)removal, sums: perMac);
        // Scores come from the gradients of gates; those of the weights are not needed.
        NetworkModule[] modules = [.. models.Select(model => new NetworkModule(model.Network, model.Weights, session.Device, session.Precision, trainable: false))];
        using var source = new BatchSource(session.Data.Train.Take(Math.Min(options.Images, session.Data.Train.Count), session.Experiment.Seed),
            session.Data.Normalisation, null, options.Batch, session.Experiment.Seed, $"{step}.score");
        int draws = session.Recipe.Step(step).ScoresThroughChannel ? options.Draws : 1;
        long iteration = 0;

        IEnumerable<(Tensor, Tensor)> Batches()
        {
            for (int draw = 0; draw < draws; draw++)
            {
                foreach (var batch in source.Sequential(cancellation: session.Cancellation))
                {
                    using var images = Tensors.Images(batch, session.Data.Train.Shape, session.Device);
                    using var labels = Tensors.Labels(batch, session.Device);
                    manual_seed((long)(RandomStream.Seed(session.Experiment.Seed, $"{step}.score.{removal}", iteration) >> 1));
                    yield return (images, labels);
                    iteration++;
                }
            }
        }

        try
        {
            var scores = saliency.Score(new(modules[0], output => rest(modules, output, iteration)), groups, Batches);
            return options.Normalize ?? (!perMac && saliency.NormalizeByDefault) ? Saliency.Normalize(scores) : scores;
        }
        finally
        {
            foreach (var module in modules)
                module.Dispose();
        }
    }

    /// <summary>Scores less the penalty for what filters cost, if there is one.</summary>
    public static IReadOnlyDictionary<string, double[]> Penalised(TrainingSession session, PruningPlan plan, Network network, IReadOnlyDictionary<string, double[]> scores) =>
        session.Experiment.Prune.Penalty is > 0 and var lambda ? Saliency.Penalize(scores, network, lambda, plan.DeviceMacs) : scores;
}
