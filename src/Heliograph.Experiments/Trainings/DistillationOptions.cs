using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments.Trainings;

/// <summary>How a student's logits are compared with its teacher's.</summary>
public enum DistillationForm
{
    /// <summary>Hinton, Vinyals and Dean, 2015: T²·KL(softmax(t/T) ‖ softmax(s/T)).</summary>
    Hinton,

    /// <summary>Decoupled (Zhao and others, CVPR 2022, equation 7): α for the target class against all others, β for the others among themselves.</summary>
    Decoupled,
}

/// <summary>How a teacher is followed. The defaults are those of the forms' authors, or of their common implementation (mdistiller).</summary>
public sealed record DistillationOptions : IValidated
{
    /// <summary>The form.</summary>
    public DistillationForm Form { get; init; }

    /// <summary>T, by which both logits are divided; above 0.</summary>
    public double Temperature { get; init; } = 4;

    /// <summary>Weight of Hinton's term, in [0, 1]; cross-entropy with the labels has the rest. The decoupled form has <see cref="Alpha"/> and <see cref="Beta"/> instead, beside all of cross-entropy.</summary>
    public double Weight { get; init; } = 0.9;

    /// <summary>α of the decoupled form, 0 or more: weight of the target class against all others.</summary>
    public double Alpha { get; init; } = 1;

    /// <summary>β of the decoupled form, 0 or more: weight of the other classes among themselves.</summary>
    public double Beta { get; init; } = 8;

    /// <summary>
    /// Epochs over which the teacher's weight rises from 0, linearly; fractions allowed. When not given: a twelfth of the training's epochs for the
    /// decoupled form, as its authors' 20 of 240, and none for Hinton's.
    /// </summary>
    public double? Warmup { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        check.That(Temperature > 0, nameof(Temperature), $"must be above 0, not {Temperature}");
        check.That(Weight is >= 0 and <= 1, nameof(Weight), $"must be between 0 and 1, not {Weight}");
        check.That(Alpha >= 0, nameof(Alpha), $"must be 0 or more, not {Alpha}");
        check.That(Beta >= 0, nameof(Beta), $"must be 0 or more, not {Beta}");
        check.That(Warmup is null or >= 0, nameof(Warmup), $"must be 0 or more, not {Warmup}");
    }
}

/// <summary>Options of a training that may have a teacher.</summary>
public interface ITaught
{
    /// <summary>Names the backbone of the run's own first step as the teacher.</summary>
    const string OwnBackbone = "pretrain";

    /// <summary>The teacher: <see cref="OwnBackbone"/>, a run, a file, or a backbone that ships; null for none.</summary>
    string? Teacher { get; }

    /// <summary>How it is followed.</summary>
    DistillationOptions Distillation { get; }
}
