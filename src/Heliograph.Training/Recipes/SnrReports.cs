using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Statistics;

namespace Heliograph.Training.Recipes;

/// <summary>
/// What an encoder that knows the SNR which the edge last reported (<see cref="ElasticOptions.EncoderSnr"/>) is told in training: mostly the channel's, for some images none, and for some
/// another, since a report is of an earlier frame.
/// </summary>
static class SnrReports
{
    const double None = 0.1, Old = 0.3, OldDeviationDb = 3;

    /// <summary>Draws a report for each image.</summary>
    /// <param name="experiment">Its seed keys the draws.</param>
    /// <param name="step">The name of the step.</param>
    /// <param name="iteration">Of the step.</param>
    /// <param name="snrs">The channel's: one for each image.</param>
    /// <returns>Null if the encoder knows no SNR.</returns>
    public static Snr?[]? Draw(Experiment experiment, string step, long iteration, IEnumerable<Snr> snrs) =>
        experiment.Elastic.EncoderSnr ? [.. snrs.Select((snr, image) => Draw(snr, new(experiment.Seed, $"{step}.report", iteration, image)))] : null;

    static Snr? Draw(Snr snr, RandomStream random) => random.NextDouble() switch
    {
        < None => null,
        < None + Old => Snr.FromDecibels(snr.Decibels + OldDeviationDb * random.NextGaussian()),
        _ => snr,
    };
}
