using Heliograph.Networks;

namespace Heliograph.Runtime;

/// <summary>The ways to compute a convolution.</summary>
enum Kernel
{
    /// <summary>Any convolution, pixel by pixel.</summary>
    Direct,

    /// <summary>Each channel with its own filter.</summary>
    Depthwise,

    /// <summary>Tap by tap, for small maps.</summary>
    Taps,

    /// <summary>Winograd's F(4×4, 3×3) for an image of three channels.</summary>
    First,

    /// <summary>Winograd's F(2×2, 3×3).</summary>
    Winograd2,

    /// <summary>Winograd's F(4×4, 3×3).</summary>
    Winograd4,
}

/// <summary>Chooses how to compute a convolution.</summary>
static class Kernels
{
    /// <summary>With fewer channels Winograd's transforms cost more than the products they save.</summary>
    const int LeastChannels = 8;

    /// <summary>Channels of a colour image.</summary>
    public const int FirstChannels = 3;

    /// <summary>
    /// F(4×4)'s 36 weights a kernel are read for four tiles only on a map of 8×8: beyond a mebibyte, more than such a cache keeps, reading
    /// them takes longer than multiplying them, and F(2×2)'s 16 pay.
    /// </summary>
    const int FewTiles = 4, ManyWeights = (1 << 20) / (36 * sizeof(float));

    /// <summary>The kernel of a convolution.</summary>
    /// <param name="layer">The convolution.</param>
    /// <param name="map">What it reads.</param>
    /// <param name="alone">True if each filter must be computed as if it were alone: bit for bit the same, however many there are.</param>
    public static Kernel For(Convolution layer, Shape map, bool alone = false)
    {
        if (layer.IsDepthwise)
            return Kernel.Depthwise;
        bool winograd = !alone && layer is { Kernel: 3, Stride: 1, Padding: 1 };
        if (map.Channels < LeastChannels)
            return winograd && map.Channels == FirstChannels ? Kernel.First : Kernel.Direct;
        if (map.Height <= 4 && map.Width <= 4)
            return Kernel.Taps;
        if (!winograd)
            return Kernel.Direct;
        int tiles = (map.Height + 3) / 4 * ((map.Width + 3) / 4);
        return tiles <= FewTiles && map.Channels * layer.Filters > ManyWeights ? Kernel.Winograd2 : Kernel.Winograd4;
    }
}
