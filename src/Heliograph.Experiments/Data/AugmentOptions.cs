using Heliograph.Experiments.Binding;

namespace Heliograph.Experiments.Data;

/// <summary>What lies around an image that is cropped.</summary>
public enum BorderName
{
    /// <summary>Black (zero before normalisation).</summary>
    Black,

    /// <summary>The image's mirror image, its outermost pixels not repeated.</summary>
    Reflection,
}

/// <summary>How training images are varied: in this order crop, flip, cutout, CutMix or mixup.</summary>
public sealed record AugmentOptions : IValidated
{
    /// <summary>
    /// Pixels of the border that are added on every side before an image of the original size is cropped at a random place; 0 or more.
    /// </summary>
    public int Pad { get; init; } = 4;

    /// <summary>What the border is made of.</summary>
    public BorderName Border { get; init; }

    /// <summary>Crops the padded image at a random place.</summary>
    public bool Crop { get; init; } = true;

    /// <summary>Mirrors half of the images left to right.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>
    /// Mirrors each image in every other epoch instead of at random, half of them in the first (Jordan, 2024). Needs <see cref="Flip"/>.
    /// </summary>
    public bool AlternateFlip { get; init; }

    /// <summary>
    /// Side, in pixels, of a square about a random pixel that is set to the mean (zero after normalisation), clipped to the
    /// image; 0 for none.
    /// </summary>
    public int Cutout { get; init; }

    /// <summary>
    /// Probability with which two images exchange a rectangle, and share their labels by its area (CutMix, Yun and others, 2019; area uniform in [0, 1]).
    /// </summary>
    public double CutMix { get; init; }

    /// <summary>Probability with which two images, and their labels, are blended with a share uniform in [0, 1] (mixup, Zhang and others, 2018).</summary>
    public double Mixup { get; init; }

    /// <summary>Share of the epochs of a training, at its end, that are free of CutMix and mixup, in [0, 1].</summary>
    public double CleanEnd { get; init; }

    /// <summary>Whether images are mixed at all.</summary>
    internal bool Mixes => CutMix > 0 || Mixup > 0;

    /// <inheritdoc/>
    public void Validate(OptionCheck check)
    {
        check.That(Pad >= 0, nameof(Pad), $"must be 0 pixels or more, not {Pad}");
        check.That(Cutout >= 0, nameof(Cutout), $"must be 0 pixels or more, not {Cutout}");
        check.That(Flip || !AlternateFlip, nameof(AlternateFlip), $"needs {check.Prefix}flip=true");
        check.That(CutMix >= 0 && Mixup >= 0 && CutMix + Mixup <= 1, nameof(CutMix), $"and {check.Prefix}mixup must be 0 or more, and at most 1 together, not {CutMix} and {Mixup}");
        check.That(CleanEnd is >= 0 and <= 1, nameof(CleanEnd), $"must be between 0 and 1, not {CleanEnd}");
    }
}
