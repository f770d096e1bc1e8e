using Heliograph.Experiments.Binding;
using Heliograph.Experiments.Records;

namespace Heliograph.Experiments.Trainings;

/// <summary>What every training by stochastic gradient descent needs. The defaults are those of the paper's first step (section 2.4).</summary>
public record TrainingOptions : IValidated
{
    /// <summary>Passes over the training data, 0 or more.</summary>
    [MayChange(Binding.MayChange.UntilTheRateFalls)]
    public int Epochs { get; init; } = 60;

    /// <summary>Images in a batch; the paper does not give it.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>What changes the weights.</summary>
    public OptimizerName Optimizer { get; init; }

    /// <summary>Learning rate before the schedule.</summary>
    public double Rate { get; init; } = 0.01;

    /// <summary>
    /// Learning rate of biases, batch norms and PReLUs before the schedule; null for <see cref="Rate"/>. Their L2 penalty is scaled by the inverse ratio,
    /// so that it draws them as before.
    /// </summary>
    public double? BiasRate { get; init; }

    /// <summary>Learning rate of the last layer's weights before the schedule, with their penalty scaled accordingly; null for <see cref="Rate"/>.</summary>
    public double? HeadRate { get; init; }

    /// <summary>How <c>optimizer: muon</c> trains the filters that batch norms follow, but the first layer's. All else has <see cref="Rate"/>.</summary>
    public MuonOptions Muon { get; init; } = new();

    /// <summary>Momentum, in [0, 1); of Adam β₁.</summary>
    public double Momentum { get; init; } = 0.9;

    /// <summary>Weight of the L2 penalty on all parameters but GDN's and those that Muon trains.</summary>
    public double Decay { get; init; } = 5e-4;

    /// <summary>Nesterov's form of the momentum; with <c>optimizer: muon</c> always, with <c>adam</c> never.</summary>
    public bool Nesterov { get; init; }

    /// <summary>How the learning rate moves.</summary>
    public Schedule Schedule { get; init; } = Schedule.Step;

    /// <summary>Epochs after which schedule <c>step</c> multiplies the rate by <see cref="Factor"/>.</summary>
    public ValueList<int> Milestones { get; init; } = [20, 40];

    /// <summary>See <see cref="Milestones"/>.</summary>
    public double Factor { get; init; } = 0.1;

    /// <summary>Epochs of warm-up (schedule <c>oneCycle</c>: until the peak; the others: linear); fractions allowed.</summary>
    public double Warmup { get; init; }

    /// <summary>
    /// Epochs at the full rate before it falls (not for schedule <c>step</c>); fractions allowed. What is trained until then does not
    /// depend on <see cref="Epochs"/>, so that a training can be lengthened while it runs.
    /// </summary>
    [MayChange(Binding.MayChange.UntilTheRateFalls)]
    public double Hold { get; init; }

    /// <summary>Share of the rate at which the fall ends, in [0, 1) (not for schedule <c>step</c>).</summary>
    public double RateFloor { get; init; }

    /// <summary>What is evaluated and saved: the last weights, or an average of those on the way.</summary>
    public AverageName Average { get; init; }

    /// <summary>
    /// Share of the average that stays after a step, in [0, 1); null for 0.999 (<c>ema</c>, less in the first steps) or 0.95 (<c>lookahead</c>, times
    /// the cube of the progress).
    /// </summary>
    public double? AverageDecay { get; init; }

    /// <summary>Steps between two updates of the average, at least 1.</summary>
    public int AverageEvery { get; init; } = 5;

    /// <summary>Label smoothing of the cross-entropy, in [0, 1).</summary>
    public double Smoothing { get; init; }

    /// <summary>Accuracy is measured after every so many epochs, and after the last.</summary>
    [MayChange(Binding.MayChange.Always)]
    public int MeasureEvery { get; init; } = 1;

    /// <inheritdoc/>
    public virtual void Validate(OptionCheck check)
    {
        check.That(Epochs >= 0, nameof(Epochs), $"must be 0 or more, not {Epochs}");
        check.That(Batch >= 1, nameof(Batch), $"must be at least 1, not {Batch}");
        check.That(Rate > 0 && double.IsFinite(Rate), nameof(Rate), $"must be above 0, not {Rate}");
        check.That(BiasRate is null or > 0, nameof(BiasRate), $"must be above 0, or left out, not {BiasRate}");
        check.That(HeadRate is null or > 0, nameof(HeadRate), $"must be above 0, or left out, not {HeadRate}");
        check.That(Momentum is >= 0 and < 1, nameof(Momentum), $"must be at least 0 and below 1, not {Momentum}");
        check.That(Decay >= 0, nameof(Decay), $"must be 0 or more, not {Decay}");
        check.That(!Nesterov || Optimizer != OptimizerName.Adam, nameof(Nesterov), $"is a form of SGD's momentum; {check.Prefix}optimizer=adam has none");
        check.That(Factor > 0, nameof(Factor), $"must be above 0, not {Factor}");
        check.That(Warmup >= 0, nameof(Warmup), $"must be 0 or more, not {Warmup}");
        check.That(Hold >= 0, nameof(Hold), $"must be 0 or more, not {Hold}");
        check.That(Hold == 0 || Schedule != Schedule.Step, nameof(Hold), $"needs {check.Prefix}schedule=cosine, linear or oneCycle; schedule step falls after {check.Prefix}milestones");
        check.That(RateFloor is >= 0 and < 1, nameof(RateFloor), $"must be at least 0 and below 1, not {RateFloor}");
        check.That(RateFloor == 0 || Schedule != Schedule.Step, nameof(RateFloor), $"needs {check.Prefix}schedule=cosine, linear or oneCycle; schedule step has {check.Prefix}factor");
        check.That(AverageDecay is null or (>= 0 and < 1), nameof(AverageDecay), $"must be at least 0 and below 1, or left out, not {AverageDecay}");
        check.That(AverageDecay is null || Average != AverageName.None, nameof(AverageDecay), $"needs {check.Prefix}average=ema or lookahead");
        check.That(AverageEvery >= 1, nameof(AverageEvery), $"must be at least 1, not {AverageEvery}");
        check.That(Smoothing is >= 0 and < 1, nameof(Smoothing), $"must be at least 0 and below 1, not {Smoothing}");
        check.That(MeasureEvery >= 1, nameof(MeasureEvery), $"must be at least 1, not {MeasureEvery}");
        check.That(Milestones.All(m => m >= 0), nameof(Milestones), $"must be epochs, 0 or more");
    }
}
