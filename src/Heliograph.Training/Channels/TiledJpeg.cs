using System.Buffers.Binary;
using Heliograph.Channels;
using Heliograph.Networks;
using Heliograph.Statistics;
using SkiaSharp;

namespace Heliograph.Training.Channels;

/// <summary>
/// BottleNet's codec, in the place of a channel: every value in 8 bits between the map's minimum and maximum, the channels side by side as one grey picture, and that as a
/// JPEG file (libjpeg-turbo, baseline). Minimum and maximum go before it as 32-bit floats. Bits arrive as they were sent, so there is no noise.
/// </summary>
/// <param name="map">Shape of the values, channel by channel, row by row.</param>
/// <param name="quality">Of the JPEG file, 1 to 100.</param>
public sealed class TiledJpeg(Shape map, int quality) : IChannel
{
    const int RangeBytes = 2 * sizeof(float);

    readonly int across = (int)Math.Ceiling(Math.Sqrt(map.Channels));

    /// <summary>The codec of the values that an edge half reads.</summary>
    public static TiledJpeg Before(Network edge, int quality) => new(edge.ShapeOf(edge.Layers.OfType<Reshape>().First().Name), quality);

    /// <summary>Puts what arrives in the place of what is sent.</summary>
    public void Transmit(Span<float> symbols, Snr snr, RandomStream random) => Carry(symbols);

    /// <summary>Puts what arrives in the place of the values of one image.</summary>
    /// <returns>The bytes that they were sent in.</returns>
    public byte[] Carry(Span<float> values)
    {
        byte[] sent = Encode(values);
        Decode(sent, values);
        return sent;
    }

    /// <summary>Minimum, maximum and file.</summary>
    public byte[] Encode(ReadOnlySpan<float> values)
    {
        float low = float.PositiveInfinity, high = float.NegativeInfinity;
        foreach (float value in values)
            (low, high) = (MathF.Min(low, value), MathF.Max(high, value));
        using var picture = new SKBitmap(Picture);
        var pixels = picture.GetPixelSpan();
        // Places without a channel look like the map's minimum.
        pixels.Clear();
        for (int i = 0; i < values.Length; i++)
            pixels[At(i, picture.RowBytes)] = high > low ? (byte)MathF.Round(byte.MaxValue * (values[i] - low) / (high - low)) : (byte)0;
        using var pixmap = picture.PeekPixels();
        using var file = pixmap.Encode(new SKJpegEncoderOptions(quality)) ?? throw new InvalidOperationException("Skia did not encode the picture");
        byte[] sent = new byte[RangeBytes + file.Size];
        BinaryPrimitives.WriteSingleLittleEndian(sent, low);
        BinaryPrimitives.WriteSingleLittleEndian(sent.AsSpan(sizeof(float)), high);
        file.AsSpan().CopyTo(sent.AsSpan(RangeBytes));
        return sent;
    }

    /// <summary>What the edge reads.</summary>
    public void Decode(ReadOnlySpan<byte> sent, Span<float> values)
    {
        float low = BinaryPrimitives.ReadSingleLittleEndian(sent), high = BinaryPrimitives.ReadSingleLittleEndian(sent[sizeof(float)..]);
        using var picture = SKBitmap.Decode(sent[RangeBytes..], Picture) ?? throw new InvalidOperationException("Skia did not decode the picture");
        var pixels = picture.GetPixelSpan();
        for (int i = 0; i < values.Length; i++)
            values[i] = low + (high - low) * pixels[At(i, picture.RowBytes)] / byte.MaxValue;
    }

    SKImageInfo Picture => new(across * map.Width, (map.Channels + across - 1) / across * map.Height, SKColorType.Gray8, SKAlphaType.Opaque);

    int At(int value, int rowBytes)
    {
        int channel = value / (map.Height * map.Width), row = value / map.Width % map.Height, column = value % map.Width;
        return (channel / across * map.Height + row) * rowBytes + channel % across * map.Width + column;
    }
}
