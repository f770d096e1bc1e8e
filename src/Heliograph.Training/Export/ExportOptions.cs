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

    /// <summary>Whether a pair that is there may be replaced.</summary>
    public bool Replace { get; init; }
}
