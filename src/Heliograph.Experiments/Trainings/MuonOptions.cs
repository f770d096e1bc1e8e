using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments.Trainings;

/// <summary>Options of Muon (Jordan and others, 2024). The defaults are those of its authors for small images.</summary>
public sealed record MuonOptions : IValidated
{
    /// <summary>Learning rate of the filters before the schedule. Banks have norm √filters and steps about the same: it is the share that a step changes.</summary>
    public double Rate { get; init; } = 0.1;

    /// <summary>Momentum, in [0, 1), in Nesterov's form.</summary>
    public double Momentum { get; init; } = 0.6;

    /// <summary>Newton–Schulz iterations a step, 1 to 10.</summary>
    public int Iterations { get; init; } = 3;

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        check.That(Rate > 0 && double.IsFinite(Rate), nameof(Rate), $"must be above 0, not {Rate}");
        check.That(Momentum is >= 0 and < 1, nameof(Momentum), $"must be at least 0 and below 1, not {Momentum}");
        check.That(Iterations is >= 1 and <= 10, nameof(Iterations), $"must be between 1 and 10, not {Iterations}");
    }
}
