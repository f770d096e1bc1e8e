using Heliograph.Training.Objectives;
using Heliograph.Training.Runs;

namespace Heliograph.Training.Steps;

/// <summary>What every training by stochastic gradient descent needs. The defaults are those of the paper's first step (section 2.4).</summary>
public record TrainingOptions : IValidated
{
    /// <summary>Passes over the training data, 0 or more.</summary>
    public int Epochs { get; init; } = 60;

    /// <summary>Images in a batch; the paper does not give it.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Learning rate before the schedule.</summary>
    public double Rate { get; init; } = 0.01;

    /// <summary>Momentum, in [0, 1).</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Weight of the L2 penalty on all parameters but GDN's (see <see cref="Modules.Sgd"/>).</summary>
    public double Decay { get; init; } = 5e-4;

    /// <summary>Nesterov's form of the momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>How the learning rate moves.</summary>
    public Schedule Schedule { get; init; } = Schedule.Step;

    /// <summary>Epochs after which schedule <c>step</c> multiplies the rate by <see cref="Factor"/>.</summary>
    public int[] Milestones { get; init; } = [20, 40];

    /// <summary>See <see cref="Milestones"/>.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>Epochs of warm-up (schedules <c>step</c> and <c>cosine</c>: linear; <c>oneCycle</c>: until the peak); fractions allowed.</summary>
    public double Warmup { get; init; }

    /// <summary>
    /// Epochs at the full rate before it falls (schedules <c>cosine</c> and <c>oneCycle</c>); fractions allowed. What is trained until then does not
    /// depend on <see cref="Epochs"/>, so that a training can be lengthened while it runs.
    /// </summary>
    public double Hold { get; init; }

    /// <summary>Label smoothing of the cross-entropy, in [0, 1).</summary>
    public double Smoothing { get; init; }

    /// <summary>Accuracy is measured after every so many epochs, and after the last.</summary>
    public int MeasureEvery { get; init; } = 1;

    /// <inheritdoc/>
    public virtual void Validate(string prefix)
    {
        Check.That(Epochs >= 0, $"{prefix}epochs must be 0 or more, not {Epochs}");
        Check.That(Batch >= 1, $"{prefix}batch must be at least 1, not {Batch}");
        Check.That(Rate > 0 && double.IsFinite(Rate), $"{prefix}rate must be above 0, not {Rate}");
        Check.That(Momentum is >= 0 and < 1, $"{prefix}momentum must be at least 0 and below 1, not {Momentum}");
        Check.That(Decay >= 0, $"{prefix}decay must be 0 or more, not {Decay}");
        Check.That(Factor > 0, $"{prefix}factor must be above 0, not {Factor}");
        Check.That(Warmup >= 0, $"{prefix}warmup must be 0 or more, not {Warmup}");
        Check.That(Hold >= 0, $"{prefix}hold must be 0 or more, not {Hold}");
        Check.That(Hold == 0 || Schedule != Schedule.Step, $"{prefix}hold needs {prefix}schedule=cosine or oneCycle; schedule step falls after {prefix}milestones");
        Check.That(Smoothing is >= 0 and < 1, $"{prefix}smoothing must be at least 0 and below 1, not {Smoothing}");
        Check.That(MeasureEvery >= 1, $"{prefix}measureEvery must be at least 1, not {MeasureEvery}");
        Check.That(Milestones.All(m => m >= 0), $"{prefix}milestones must be epochs, 0 or more");
    }
}

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

/// <summary>Step 2: removal of filters up to the split point, with training in between.</summary>
public sealed record PruneOptions : TrainingOptions, ITaught
{
    /// <summary>10 epochs at 1e-4 after each removal, at a constant rate.</summary>
    public PruneOptions() => (Epochs, Rate, Milestones) = (10, 1e-4, []);

    /// <summary>How filters are ranked.</summary>
    public CriterionName Criterion { get; init; }

    /// <summary>Divide each layer's scores by their ℓ2 norm; null does what the criterion's authors do (only <c>taylorGate</c> and <c>random</c> do not).</summary>
    public bool? Normalize { get; init; }

    /// <summary>Fraction of the filters up to the split point that is removed, in [0, 1).</summary>
    public double Ratio { get; init; }

    /// <summary>When given, filters are removed until the device half (with the encoder) costs at most this many MACs, and <see cref="Ratio"/> is not used.</summary>
    public long? Macs { get; init; }

    /// <summary>Remove <see cref="Ratio"/> of every layer, instead of ranking all layers' filters together.</summary>
    public bool Uniform { get; init; }

    /// <summary>λ of the cost penalty: score − λ·(MACs that the filter costs the device half with the encoder, in millions).</summary>
    public double Penalty { get; init; }

    /// <summary>Most filters removed at once; the paper's 512.</summary>
    public int PerIteration { get; init; } = 512;

    /// <summary>Filters that every layer keeps at least.</summary>
    public int Floor { get; init; } = 4;

    /// <summary>Training images on which filters are scored.</summary>
    public int Images { get; init; } = 10_000;

    /// <summary>A backbone that teaches beside the labels: <c>pretrain</c> (the run's own), a run, a file, or one that ships; null for none.</summary>
    public string? Teacher { get; init; }

    /// <summary>How it is followed.</summary>
    public DistillationOptions Distillation { get; init; } = new();

    /// <inheritdoc/>
    public override void Validate(string prefix)
    {
        base.Validate(prefix);
        Check.That(Ratio is >= 0 and < 1, $"{prefix}ratio must be at least 0 and below 1, not {Ratio}");
        Check.That(Macs is null or > 0, $"{prefix}macs must be above 0, not {Macs}");
        Check.That(Macs is null || !Uniform, $"{prefix}macs and {prefix}uniform exclude each other; give one of them");
        Check.That(PerIteration >= 1, $"{prefix}perIteration must be at least 1, not {PerIteration}");
        Check.That(Floor >= 1, $"{prefix}floor must be at least 1, not {Floor}");
        Check.That(Images >= 1, $"{prefix}images must be at least 1, not {Images}");
        Check.That(Penalty >= 0, $"{prefix}penalty must be 0 or more, not {Penalty}");
    }
}
