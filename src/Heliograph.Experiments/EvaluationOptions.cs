using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments;

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

    /// <summary>Number of independent draws of the noise over the whole set at each SNR.</summary>
    public int Draws { get; init; } = 5;

    /// <summary>
    /// The constellation to whose nearest points a pair's symbols are moved before they are sent, such as <c>16-qam</c>, for radios that only send points; null sends
    /// them as they are. The pair is not trained for it.
    /// </summary>
    public string? Constellation { get; init; }

    /// <summary>Of an elastic pair only the mode with this pruning ratio (and <see cref="Symbols"/>) is measured; null for the widest, or together with <see cref="Symbols"/> for all modes.</summary>
    public double? Width { get; init; }

    /// <summary>Of an elastic pair only the mode with this number of symbols (and <see cref="Width"/>) is measured; null for the most, or together with <see cref="Width"/> for all modes.</summary>
    public int? Symbols { get; init; }

    /// <summary>Images in a batch.</summary>
    public int Batch { get; init; } = 250;

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        check.That(Draws >= 1, nameof(Draws), $"must be at least 1, not {Draws}");
        try
        {
            _ = Constellation is null ? null : Digital.Constellation.Parse(Constellation);
        }
        catch (UsageException e)
        {
            check.That(false, nameof(Constellation), $": {e.Message}");
        }
        check.That(Batch >= 1, nameof(Batch), $"must be at least 1, not {Batch}");
    }

    /// <summary>Refuses a single mode for a training, whose own evaluation has all. Not part of <see cref="Validate"/>: an evaluation elsewhere may be of one.</summary>
    /// <exception cref="OptionException">A width or a number of symbols is given.</exception>
    public void CheckOwn()
    {
        if (Width is not null || Symbols is not null)
            throw new OptionException(Width is null ? "evaluation.symbols" : "evaluation.width", ": a run's own evaluation has all modes; 'heliograph evaluate RUN --width W --symbols K --to DIR' measures one of them");
    }

    /// <summary>Of an experiment that measures on held-out images and holds out none.</summary>
    public static OptionException NothingHeldOut() =>
        new("evaluation.set", ": there are no validation images; hold some out with data.validation=N, or measure on test");
}
