namespace Heliograph.Training.Data;

/// <summary>How training images are varied: in this order crop, flip, cutout.</summary>
public sealed record AugmentOptions
{
    /// <summary>
    /// Pixels of black (zero before normalisation) that are added on every side before an image of the original size is cropped at a random
    /// place; 0 or more.
    /// </summary>
    public int Pad { get; init; } = 4;

    /// <summary>Crops the padded image at a random place.</summary>
    public bool Crop { get; init; } = true;

    /// <summary>Mirrors half of the images left to right.</summary>
    public bool Flip { get; init; } = true;

    /// <summary>
    /// Side, in pixels, of a square about a random pixel that is set to the mean (zero after normalisation), as far as it lies inside the
    /// image; 0 for none.
    /// </summary>
    public int Cutout { get; init; }
}
