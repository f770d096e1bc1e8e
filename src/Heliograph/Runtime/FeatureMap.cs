using Heliograph.Networks;

namespace Heliograph.Runtime;

/// <summary>Zeros around a map for the convolution that reads it, so that no kernel checks for the border.</summary>
readonly record struct Halo(int Top, int Left, int Bottom, int Right)
{
    public static Halo None => default;
}

/// <summary>
/// A map in memory, row by row, pixel by pixel, the channels of a pixel side by side (NHWC): a vector of channels is one load, wherever a
/// tile begins. Each pixel's channels are padded to <see cref="Stride"/>, a multiple of the vector width, so that odd numbers of
/// channels need no remainder loops. The padding is never used.
/// </summary>
sealed unsafe class FeatureMap
{
    /// <exception cref="OverflowException">The map is larger than an array can be; nothing was allocated.</exception>
    public FeatureMap(Arena arena, Shape shape, int stride, Halo halo)
    {
        Shape = shape;
        Stride = stride;
        Row = checked((shape.Width + halo.Left + halo.Right) * stride);
        long floats = checked((long)Row * (shape.Height + halo.Top + halo.Bottom));
        float* first = arena.Allocate(floats + stride);
        Origin = first + (long)halo.Top * Row + (long)halo.Left * stride;
        Spare = first + floats;
    }

    public Shape Shape { get; }

    /// <summary>Floats from pixel to pixel.</summary>
    public int Stride { get; }

    /// <summary>Floats from row to row.</summary>
    public int Row { get; }

    /// <summary>Channel 0 of the pixel at the top left.</summary>
    public float* Origin { get; }

    /// <summary>Room for a pixel that nothing reads.</summary>
    public float* Spare { get; }

    public float* At(int y, int x) => Origin + (long)y * Row + (long)x * Stride;

    /// <summary>Reads the map channel by channel, row by row.</summary>
    public void CopyTo(Span<float> planes)
    {
        int area = Shape.Height * Shape.Width;
        for (int y = 0; y < Shape.Height; y++)
        {
            for (int c = 0; c < Shape.Channels; c++)
            {
                float* from = At(y, 0) + c;
                foreach (ref float value in planes.Slice(c * area + y * Shape.Width, Shape.Width))
                {
                    value = *from;
                    from += Stride;
                }
            }
        }
    }

    /// <summary>Fills the map from values in the order channel by channel, row by row.</summary>
    public void CopyFrom(ReadOnlySpan<float> planes)
    {
        int area = Shape.Height * Shape.Width;
        for (int y = 0; y < Shape.Height; y++)
        {
            for (int c = 0; c < Shape.Channels; c++)
            {
                float* to = At(y, 0) + c;
                foreach (float value in planes.Slice(c * area + y * Shape.Width, Shape.Width))
                {
                    *to = value;
                    to += Stride;
                }
            }
        }
    }
}
