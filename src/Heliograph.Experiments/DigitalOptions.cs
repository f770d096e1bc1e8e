using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments;

/// <summary>What the schemes that send bits may choose (docs/schemes.md).</summary>
public sealed record DigitalOptions : IValidated
{
    /// <summary>Quality of JPEG where none is given.</summary>
    public const int UsualJpegQuality = 75;

    /// <summary>Quality of JPEG and WebP, 1 to 100; null: 75 for JPEG, without loss for WebP.</summary>
    public int? Quality { get; init; }

    /// <summary>Quality of JPEG.</summary>
    internal int JpegQuality => Quality ?? UsualJpegQuality;

    /// <summary>Bits for each value of the map at the split point, 1 to 8.</summary>
    public int Bits { get; init; } = 8;

    /// <summary>How the bits are sent.</summary>
    public DigitalLinkName Link { get; init; }

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        check.That(Quality is null or (>= 1 and <= 100), nameof(Quality), $"must be from 1 to 100, not {Quality}");
        check.That(Bits is >= 1 and <= 8, nameof(Bits), $"must be from 1 to 8, not {Bits}");
    }
}
