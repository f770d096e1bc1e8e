using Heliograph.Experiments.Binding;
using Heliograph.Networks;

namespace Heliograph.Experiments;

/// <summary>The backbone.</summary>
public sealed record NetworkOptions : IValidated
{
    /// <summary>One of <see cref="Backbones.Names"/>: <c>vgg16</c>, <c>resnet20</c>, <c>mobilenetv2</c> …</summary>
    public string Name { get; init; } = "vgg16";

    /// <summary>
    /// An ONNX classifier instead of <see cref="Name"/>, <see cref="Width"/> and <see cref="Dropout"/>: network and weights, which step 1 uses as they are unless
    /// <c>pretrain.from</c> or <c>pretrain.start</c> names others. Its images are normalised as the data are. Null for none.
    /// </summary>
    public string? Onnx { get; init; }

    /// <summary>Factor on the number of filters and features.</summary>
    public double Width { get; init; } = 1;

    /// <summary>Dropout rate after the classifier's hidden layers, in [0, 1).</summary>
    public double Dropout { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        check.That(Backbones.Names.Contains(Name), nameof(Name), $": there is no network '{OneLine.Of(Name)}'; known are {string.Join(", ", Backbones.Names)}");
        check.That(Width is > 0 and <= 16, nameof(Width), $"must be above 0 and at most 16, not {Width}");
        check.That(Dropout is >= 0 and < 1, nameof(Dropout), $"must be at least 0 and below 1, not {Dropout}");
    }
}
