namespace Heliograph.Experiments.Trainings;

/// <summary>The terms that step 3's objective can be made of.</summary>
public static class LossTerms
{
    /// <summary>Mean absolute difference between map and restored map: the paper's (section 2.4).</summary>
    public static LossTerm L1 { get; } = new("l1");

    /// <summary>Cross-entropy of the logits with the labels.</summary>
    public static LossTerm CrossEntropy { get; } = new("crossEntropy", NamesClasses: true);

    /// <summary>Distillation of the logits from a teacher's.</summary>
    public static LossTerm Distillation { get; } = new("distillation", NamesClasses: true, HasTeacher: true);

    /// <summary>Mean squared difference between map and restored map.</summary>
    public static LossTerm L2 { get; } = new("l2");

    /// <summary>All.</summary>
    public static IReadOnlyList<LossTerm> All { get; } =
    [
        L1,
        CrossEntropy,
        Distillation,
        L2,
    ];
}
