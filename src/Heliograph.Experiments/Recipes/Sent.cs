namespace Heliograph.Experiments.Recipes;

/// <summary>What a device sends of an image.</summary>
public enum Sent
{
    /// <summary>The symbols of a joint code, as they are.</summary>
    Symbols,

    /// <summary>The image as a PNG file, in bits.</summary>
    Png,

    /// <summary>The image as a JPEG file, in bits.</summary>
    Jpeg,

    /// <summary>The image as a WebP file, in bits.</summary>
    Webp,

    /// <summary>The map at the split point, quantised and losslessly coded, in bits.</summary>
    Features,

    /// <summary>The reduced map as a JPEG file of its channels side by side, in bits.</summary>
    Tiles,

    /// <summary>The class that the device itself recognises, in bits.</summary>
    Label,
}
