using Heliograph.Training.Objectives;
using Heliograph.Training.Runs;

namespace Heliograph.Training.Steps;

/// <summary>Step 3: encoder and decoder, trained through the channel on cached feature maps.</summary>
public sealed record AutoencoderOptions : TrainingOptions, ITaught
{
    /// <summary>40 epochs at a constant 0.1.</summary>
    public AutoencoderOptions() => (Epochs, Rate, Milestones) = (40, 0.1, []);

    /// <summary>
    /// What is minimised: <c>l1</c> (the paper's: between map and restored map), <c>crossEntropy</c> or <c>distillation</c> (of the logits that the
    /// frozen rest of the network gives for the restored map), or a weighted sum such as <c>l1 + 0.5*distillation</c>.
    /// </summary>
    public AutoencoderLoss Loss { get; init; } = AutoencoderLoss.Paper;

    /// <summary>
    /// The backbone whose logits <c>distillation</c> compares with: <c>pretrain</c> (the run's own), a run, a file, or one that ships; null for the
    /// pruned network itself, on the maps as they are.
    /// </summary>
    public string? Teacher { get; init; }

    /// <summary>How it is followed, at temperature 1 when not given; weights stand in <see cref="Loss"/>.</summary>
    public DistillationOptions Distillation { get; init; } = new() { Temperature = 1 };

    /// <summary>Cache the maps of mirrored images too; each image is then mirrored in half of the epochs. Twice the room.</summary>
    public bool Mirror { get; init; }

    /// <summary>Share of the machine's memory that the cached maps may take; beyond it they lie in a memory-mapped file of the run folder.</summary>
    public double CacheShare { get; init; } = 0.4;

    /// <inheritdoc/>
    public override void Validate(string prefix)
    {
        base.Validate(prefix);
        var unweighted = new DistillationOptions();
        Check.That(CacheShare is >= 0 and <= 1, $"{prefix}cacheShare must be between 0 and 1, not {CacheShare}");
        Check.That(Smoothing == 0 || Loss.CrossEntropy > 0, $"{prefix}smoothing is of cross-entropy, which {prefix}loss={Loss} does not contain");
        Check.That(MeasureEvery == 1 || Loss.NamesClasses, $"{prefix}measureEvery has no effect: with {prefix}loss={Loss} this step measures no accuracy while it trains");
        Check.That(Teacher is null || Loss.Distillation > 0, $"{prefix}teacher needs distillation in {prefix}loss, which is {Loss}");
        Check.That((Distillation.Weight, Distillation.Warmup) == (unweighted.Weight, unweighted.Warmup),
            $"{prefix}distillation.weight and {prefix}distillation.warmup have no effect in this step; weights stand in {prefix}loss, such as l1 + 0.5*distillation");
    }
}
