
namespace Heliograph.Experiments.Records;

/// <summary>What a finished step leaves in the run folder beside its networks.</summary>
/// <param name="Name">Of the step.</param>
/// <param name="Top1">Accuracy after the step, in percent; through the channel if there is one.</param>
/// <param name="Top5">Likewise.</param>
/// <param name="Seconds">Work on the step, over all calls.</param>
/// <param name="Note">One line for people, for instance how many filters were removed.</param>
public sealed record StepResult(string Name, double Top1, double Top5, double Seconds, string? Note = null)
{
    /// <summary>On which images, <see cref="SetNames.Test"/> or <see cref="SetNames.Validation"/>; results of earlier versions, which do not say so, are on the test set.</summary>
    public string MeasuredOn { get; init; } = SetNames.Test;

    /// <summary>What <c>metrics.jsonl</c> held when the step was done; null in results of earlier versions.</summary>
    public MetricsMark? Metrics { get; init; }
}
