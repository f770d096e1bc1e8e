using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments.Trainings;

/// <summary>Joint training for retrieval: cross-entropy, and batch-hard triplets of embeddings (Hermans, Beyer and Leibe, 2017), through the channel.</summary>
public sealed record RetrievalOptions : TrainingOptions
{
    /// <summary>Those of the paper's joint training, in batches of 128.</summary>
    public RetrievalOptions() => Rate = 1e-4;

    /// <summary>By how much the farthest image of an image's class must be nearer than the nearest of another, in 1 − cosine, in [0, 2].</summary>
    public double Margin { get; init; } = 0.3;

    /// <summary>Weight of the triplets beside cross-entropy, 0 or more.</summary>
    public double Triplets { get; init; } = 1;

    /// <summary>Images of each class in the gallery, which are training images.</summary>
    public int Gallery { get; init; } = 20;

    /// <inheritdoc/>
    public override void Validate(OptionCheck check)
    {
        base.Validate(check);
        check.That(Margin is >= 0 and <= 2, nameof(Margin), $"must be from 0 to 2, not {Margin}");
        check.That(Triplets >= 0 && double.IsFinite(Triplets), nameof(Triplets), $"must be 0 or more, not {Triplets}");
        check.That(Gallery >= 1, nameof(Gallery), $"must be at least 1, not {Gallery}");
    }
}
