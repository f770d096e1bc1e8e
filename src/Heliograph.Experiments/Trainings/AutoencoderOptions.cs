using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments.Trainings;

/// <summary>Step 3: encoder and decoder, trained through the channel on cached feature maps.</summary>
public sealed record AutoencoderOptions : TrainingOptions, ITaught
{
    /// <summary>40 epochs at a constant 0.1.</summary>
    public AutoencoderOptions() => (Epochs, Rate, Milestones) = (40, 0.1, []);

    /// <summary>
    /// What is minimised: <c>l1</c> (the paper's: between map and restored map), <c>crossEntropy</c> or <c>distillation</c> (of the logits that the
    /// frozen rest of the network gives for the restored map), or a weighted sum such as <c>l1 + 0.5*distillation</c>. Null for what was published: <c>l1</c>, or for
    /// BottleNet's and BottleNet++'s codes <c>crossEntropy</c>; the run records it.
    /// </summary>
    public AutoencoderLoss? Loss { get; init; }

    /// <summary>
    /// The backbone whose logits <c>distillation</c> compares with: <c>pretrain</c> (the run's own), a run, a file, or one that ships; null for the
    /// pruned network itself, on the maps as they are.
    /// </summary>
    public string? Teacher { get; init; }

    /// <summary>How it is followed, at temperature 1 by default; weights are part of <see cref="Loss"/>.</summary>
    public DistillationOptions Distillation { get; init; } = new() { Temperature = 1 };

    /// <summary>
    /// The encoder begins with biases that take away what each of its filters gives on average over training images, and with PReLU slopes of 1. Maps after a ReLU have a mean;
    /// what it adds to all symbols is power that tells the edge nothing.
    /// </summary>
    public bool Centred { get; init; }

    /// <summary>Cache the maps of mirrored images too; each image is then mirrored in half of the epochs. Twice the room.</summary>
    public bool Mirror { get; init; }

    /// <summary>Share of the machine's memory that the cached maps may take; beyond it they lie in a memory-mapped file of the run folder.</summary>
    [MayChange(Binding.MayChange.Always)]
    public double CacheShare { get; init; } = 0.4;

    /// <inheritdoc/>
    public override void Validate(OptionCheck check)
    {
        base.Validate(check);
        var unweighted = new DistillationOptions();
        check.That(CacheShare is >= 0 and <= 1, nameof(CacheShare), $"must be between 0 and 1, not {CacheShare}");
        check.That((Distillation.Weight, Distillation.Warmup) == (unweighted.Weight, unweighted.Warmup), "distillation.weight", $"and {check.Prefix}distillation.warmup have no effect in this step; give weights in {check.Prefix}loss, such as l1 + 0.5*distillation");
    }

    /// <summary>Refuses options that have no effect with what is minimised.</summary>
    /// <exception cref="OptionException">One of them is given.</exception>
    internal void CheckLoss(OptionCheck check, AutoencoderLoss loss)
    {
        check.That(Smoothing == 0 || loss[LossTerms.CrossEntropy] > 0, nameof(Smoothing), $"is of cross-entropy, which {check.Prefix}loss={loss} does not contain");
        check.That(MeasureEvery == 1 || loss.NamesClasses, nameof(MeasureEvery), $"has no effect: with {check.Prefix}loss={loss} this step does not measure accuracy while it trains");
        check.That(Teacher is null || loss.HasTeacher, nameof(Teacher), $"needs distillation in {check.Prefix}loss, which is {loss}");
    }
}
