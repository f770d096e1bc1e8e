using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments.Trainings;

/// <summary>How filters are ranked for pruning.</summary>
public enum CriterionName
{
    /// <summary>Molchanov et al. 2017: per example |mean(a·∂C/∂a)| after the ReLU, averaged over the data.</summary>
    Taylor,

    /// <summary>Molchanov et al. 2019: (∂C/∂gate)² of a gate after the batch norm, averaged over mini-batches.</summary>
    TaylorGate,

    /// <summary>ℓ2 norm of the filter.</summary>
    Magnitude,

    /// <summary>Seeded random numbers, the sanity check.</summary>
    Random,
}

/// <summary>What decides between filters of different layers.</summary>
public enum PruneBy
{
    /// <summary>The score alone.</summary>
    Score,

    /// <summary>
    /// The score over the multiply-accumulates that the device half saves without the filter: the least
    /// harm for each MAC saved. Scores are not normalised, and <c>taylor</c>'s are sums over the map instead of means.
    /// </summary>
    ScorePerMac,
}

/// <summary>Step 2: removal of filters up to the split point, with training in between.</summary>
public sealed record PruneOptions : TrainingOptions, ITaught
{
    /// <summary>10 epochs at 1e-4 after each removal, at a constant rate.</summary>
    public PruneOptions() => (Epochs, Rate, Milestones) = (10, 1e-4, []);

    /// <summary>How filters are ranked.</summary>
    public CriterionName Criterion { get; init; }

    /// <summary>What decides between filters of different layers.</summary>
    public PruneBy By { get; init; }

    /// <summary>Divide each layer's scores by their ℓ2 norm; null does what the criterion's authors do (only <c>taylorGate</c> and <c>random</c> do not).</summary>
    public bool? Normalize { get; init; }

    /// <summary>Fraction of the filters up to the split point that is removed, in [0, 1).</summary>
    public double Ratio { get; init; }

    /// <summary>When given, filters are removed until the device half (with the encoder) costs at most this many MACs, instead of <see cref="Ratio"/>.</summary>
    [InsteadOf(nameof(Ratio))]
    public long? Macs { get; init; }

    /// <summary>Of recipe <c>two-step</c>: fraction of the filters that the layer before the split point has left which its second step removes, in [0, 1).</summary>
    public double SplitRatio { get; init; } = 0.75;

    /// <summary>
    /// Remove <see cref="Ratio"/> of every layer, or with <see cref="Macs"/> the smallest such share that meets them, instead of ranking all
    /// layers' filters together. Of a layer the lowest scores go.
    /// </summary>
    public bool Uniform { get; init; }

    /// <summary>λ of the cost penalty: score − λ·(MACs that the filter costs the device half with the encoder, in millions).</summary>
    public double Penalty { get; init; }

    /// <summary>Most filters removed at once; the paper's 512.</summary>
    public int PerIteration { get; init; } = 512;

    /// <summary>Filters that every layer keeps at least.</summary>
    public int Floor { get; init; } = 4;

    /// <summary>Training images on which filters are scored.</summary>
    public int Images { get; init; } = 10_000;

    /// <summary>
    /// Channel realisations for each of these images where filters are scored through the channel; the scores are averaged over them. Each has noise of its own, and an
    /// SNR of its own if <see cref="Snr"/> is a range.
    /// </summary>
    public int Draws { get; init; } = 1;

    /// <summary>SNR in dB at which filters are scored through the channel: a number, or a range <c>low:high</c> from which each image draws uniformly; null for the SNR of training.</summary>
    public SnrRange? Snr { get; init; }

    /// <summary>When filters leave in the middle of a training (recipe <c>gradualPruning</c>).</summary>
    public GradualOptions Gradual { get; init; } = new();

    /// <summary>A backbone that teaches beside the labels: <c>pretrain</c> (the run's own), a run, a file, or one that ships; null for none.</summary>
    public string? Teacher { get; init; }

    /// <summary>How it is followed.</summary>
    public DistillationOptions Distillation { get; init; } = new();

    /// <summary>
    /// Whether a key of this group, without its prefix, has an effect where filters leave in the middle of a training with options of its own. <c>batch</c>
    /// is also that of scoring.
    /// </summary>
    internal static bool IsOfRemoval(string key) => key == "batch"
        || key is not ("perIteration" or "teacher") && !key.StartsWith("distillation.", StringComparison.Ordinal) && OptionsSchema.Of(typeof(TrainingOptions)).Find(key.Split('.')[0]) is null;

    /// <summary>Refuses two budgets at once. Not part of <see cref="Validate"/>: earlier versions accepted them, and runs started that way continue with their MACs.</summary>
    /// <exception cref="UsageException">Both a ratio and MACs are given.</exception>
    public void CheckBudget(OptionCheck check) =>
        check.That(Ratio == 0 || Macs is null, nameof(Ratio), $": {Ratio} has no effect together with {check.Prefix}macs: {Macs}; give one of them");

    /// <inheritdoc/>
    public override void Validate(OptionCheck check)
    {
        base.Validate(check);
        check.That(Ratio is >= 0 and < 1, nameof(Ratio), $"must be at least 0 and below 1, not {Ratio}");
        check.That(SplitRatio is >= 0 and < 1, nameof(SplitRatio), $"must be at least 0 and below 1, not {SplitRatio}");
        check.That(Macs is null or > 0, nameof(Macs), $"must be above 0, not {Macs}");
        check.That(PerIteration >= 1, nameof(PerIteration), $"must be at least 1, not {PerIteration}");
        check.That(Floor >= 1, nameof(Floor), $"must be at least 1, not {Floor}");
        check.That(Images >= 1, nameof(Images), $"must be at least 1, not {Images}");
        check.That(Penalty >= 0, nameof(Penalty), $"must be 0 or more, not {Penalty}");
        check.That(Draws >= 1, nameof(Draws), $"must be at least 1, not {Draws}");
        bool looksAtData = Criterion is CriterionName.Taylor or CriterionName.TaylorGate;
        check.That(Draws == 1 || looksAtData, nameof(Draws), $"needs {check.Prefix}criterion=taylor or taylorGate; the other criteria do not look at images");
        check.That(Snr is null || looksAtData, nameof(Snr), $"needs {check.Prefix}criterion=taylor or taylorGate; the other criteria do not look at images");
        if (By == PruneBy.ScorePerMac)
        {
            check.That(!Uniform, nameof(By), $": scorePerMac ranks the filters of all layers together, but {check.Prefix}uniform does not; give one of them");
            check.That(Normalize != true, nameof(By), $": scorePerMac compares scores without normalising them; leave out {check.Prefix}normalize=true");
            check.That(Penalty == 0, nameof(By), $": scorePerMac and {check.Prefix}penalty both weigh the cost; give one of them");
        }
    }
}
