using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments.Trainings;

/// <summary>How the share of the reduction that is done grows from removal to removal.</summary>
public enum RemovalSchedule
{
    /// <summary>s = 1 − (1 − k/n)³ after k of n removals: most filters leave early, while there are many (Zhu and Gupta, 2017).</summary>
    Cubic,

    /// <summary>s = k/n.</summary>
    Linear,
}

/// <summary>When filters leave in the middle of a training.</summary>
public sealed record GradualOptions : IValidated
{
    /// <summary>Removals, 1 or more, at equal distances.</summary>
    public int Removals { get; init; } = 8;

    /// <summary>Share of the training, in (0, 1], after which the last filters leave.</summary>
    public double Until { get; init; } = 0.5;

    /// <summary>How much is removed when.</summary>
    public RemovalSchedule Schedule { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        check.That(Removals is >= 1 and <= 999, nameof(Removals), $"must be between 1 and 999, not {Removals}");
        check.That(Until is > 0 and <= 1, nameof(Until), $"must be above 0 and at most 1, not {Until}");
    }
}
