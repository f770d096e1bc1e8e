namespace Heliograph.Experiments.Trainings;

/// <summary>
/// Step 4: the whole pair, cross-entropy through the channel, at 1e-4 with "the other parameters unchanged", read as those of step 1:
/// 60 epochs, ×0.1 after 20 and 40.
/// </summary>
public sealed record JointOptions : TrainingOptions, ITaught
{
    /// <summary>The paper's rate.</summary>
    public JointOptions() => Rate = 1e-4;

    /// <summary>A backbone that teaches beside the labels: <c>pretrain</c> (the run's own), a run, a file, or one that ships; null for none.</summary>
    public string? Teacher { get; init; }

    /// <summary>How it is followed.</summary>
    public DistillationOptions Distillation { get; init; } = new();
}
