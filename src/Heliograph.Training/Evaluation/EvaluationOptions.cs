using Heliograph.Training.Runs;

namespace Heliograph.Training.Evaluation;

/// <summary>What is measured of a pair.</summary>
public sealed record EvaluationOptions : IValidated
{
    /// <summary>The SNRs in dB, <c>low:high:step</c>, a list, or both.</summary>
    public SnrGrid Snr { get; init; } = SnrGrid.Default;

    /// <summary>
    /// On which images the pair is measured at the end: <c>test</c>, or <c>validation</c>, those that <c>data.validation</c> holds out, so that a
    /// run that only serves a choice does not meet the test set.
    /// </summary>
    public EvaluationSet Set { get; init; }

    /// <summary>Independent noise draws over the whole set at each SNR.</summary>
    public int Draws { get; init; } = 5;

    /// <summary>Images in a batch.</summary>
    public int Batch { get; init; } = 250;

    /// <inheritdoc/>
    public void Validate(string prefix)
    {
        Check.That(Draws >= 1, $"{prefix}draws must be at least 1, not {Draws}");
        Check.That(Batch >= 1, $"{prefix}batch must be at least 1, not {Batch}");
    }
}
