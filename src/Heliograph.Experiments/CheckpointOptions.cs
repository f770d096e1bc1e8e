using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments;

/// <summary>How often the run can be resumed.</summary>
public sealed record CheckpointOptions : IValidated
{
    /// <summary>A checkpoint is written at the end of each epoch, unless writing would take more than a tenth of the time since the last, and within it after this many minutes.</summary>
    public double Minutes { get; init; } = 5;

    /// <inheritdoc/>
    public void Validate(OptionCheck check) => check.That(Minutes > 0, nameof(Minutes), $"must be above 0, not {Minutes}");
}
