using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments.Trainings;

/// <summary>Step 1: the backbone, trained with cross-entropy.</summary>
public sealed record PretrainOptions : TrainingOptions, ITaught
{
    /// <summary>
    /// A backbone that is taken over: a run's, a safetensors file of one (this program's, or with torchvision's names of VGG), or one that ships, by
    /// its name; null trains it.
    /// </summary>
    public string? From { get; init; }

    /// <summary>
    /// A backbone, named as for <see cref="From"/>, with whose weights the training begins; null begins with drawn ones. So a trained backbone is
    /// trained further, as a fair reference for a pair that had as many epochs more.
    /// </summary>
    public string? Start { get; init; }

    /// <summary>A backbone that teaches beside the labels: a run, a file, or one that ships; null for none.</summary>
    public string? Teacher { get; init; }

    /// <summary>How it is followed.</summary>
    public DistillationOptions Distillation { get; init; } = new();

    /// <inheritdoc/>
    public override void Validate(OptionCheck check)
    {
        base.Validate(check);
        check.That(Start is null || From is null, nameof(Start), $"has no effect together with {check.Prefix}from, which takes a trained backbone; give only one of them");
        check.That(Teacher != ITaught.OwnBackbone, nameof(Teacher), $"cannot be the backbone that this step trains; give a run, a file or a backbone that ships");
        check.That(Teacher is null || From is null, nameof(Teacher), $"has no effect together with {check.Prefix}from, which takes a trained backbone; give only one of them");
    }
}
