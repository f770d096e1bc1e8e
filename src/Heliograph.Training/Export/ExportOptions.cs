using Heliograph.Networks;

namespace Heliograph.Training.Export;

/// <summary>How a run's pair is written.</summary>
/// <param name="Name">Name of the pair: 1 to 100 letters, digits, <c>-</c>, <c>_</c> or <c>.</c></param>
public sealed record ExportOptions(string Name)
{
    /// <summary>How weights are stored, <see cref="WeightType.F32"/> or <see cref="WeightType.F16"/>.</summary>
    public WeightType Type { get; init; } = WeightType.F32;

    /// <summary>Whether the halves are written as ONNX too.</summary>
    public bool Onnx { get; init; } = true;

    /// <summary>Of a pair that retrieves, the training images of each class in its gallery, at least 1; null for as many as the run measured with.</summary>
    public int? Gallery { get; init; }

    /// <summary>Of a pair that retrieves, how many of the nearest images an answer names, from 1 to <see cref="Pairs.Gallery.MaximumNeighbours"/>; null for 5, or all of a smaller gallery.</summary>
    public int? Neighbours { get; init; }

    /// <summary>Whether a pair that is there may be replaced.</summary>
    public bool Replace { get; init; }
}
