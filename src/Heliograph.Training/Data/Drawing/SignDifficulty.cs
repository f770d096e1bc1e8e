namespace Heliograph.Training.Data.Drawing;

/// <summary>
/// How hard the signs are to recognise. The values are chosen so that a VGG of a quarter of the usual width, trained for some ten epochs on
/// 8,000 images, recognises nine of ten or a little more. Lengths are pixels of the 32×32 image, colours are on the scale 0 to 1.
/// </summary>
sealed record SignDifficulty
{
    /// <summary>What the program draws.</summary>
    public static SignDifficulty Standard { get; } = new();

    /// <summary>Radius of the smallest and of the largest sign.</summary>
    public (double From, double To) Radius { get; init; } = (9, 13.5);

    /// <summary>How far the centre may be from the image's centre, along each axis.</summary>
    public double Shift { get; init; } = 5;

    /// <summary>Largest rotation either way, in radians.</summary>
    public double Rotation { get; init; } = 0.3;

    /// <summary>Largest shear, and the largest difference of an axis' scale from 1.</summary>
    public double Distortion { get; init; } = 0.12;

    /// <summary>Least difference in brightness between ink and plate.</summary>
    public double InkContrast { get; init; } = 0.35;

    /// <summary>Least difference in colour (root mean square over the channels) between the plate and its background.</summary>
    public double PlateContrast { get; init; } = 0.25;

    /// <summary>Fewest and most objects behind the sign.</summary>
    public (int From, int To) Clutter { get; init; } = (1, 5);

    /// <summary>How often something lies over the sign.</summary>
    public double Occlusion { get; init; } = 0.35;

    /// <summary>Largest standard deviation of the noise.</summary>
    public double Noise { get; init; } = 0.07;

    /// <summary>How often the image is blurred.</summary>
    public double Blur { get; init; } = 0.25;

    /// <summary>How little of the contrast may be left after the light was dimmed.</summary>
    public double LeastLight { get; init; } = 0.55;
}
