using Heliograph.Experiments.Data;
using Heliograph.Images;
using Heliograph.Networks;
using Heliograph.Statistics;

namespace Heliograph.Training.Data;

/// <summary>Turns the bytes of one image into normalised floats, channels last, varied as asked for.</summary>
sealed class Augmenter(Shape shape, Normalisation normalisation, BorderName border = BorderName.Black)
{
    readonly float[] table = normalisation.Table();

    /// <summary>What is done to one image.</summary>
    /// <param name="OffsetX">Column of the image that becomes column 0 (before the flip); may lie outside: the border is there.</param>
    /// <param name="OffsetY">Row of the image that becomes row 0.</param>
    /// <param name="Flip">Mirrored left to right after the crop.</param>
    /// <param name="Cutout">Side of the square that becomes the mean; 0 for none.</param>
    /// <param name="CutoutX">Column of the square's centre.</param>
    /// <param name="CutoutY">Row of the square's centre.</param>
    public readonly record struct Change(int OffsetX, int OffsetY, bool Flip, int Cutout = 0, int CutoutX = 0, int CutoutY = 0);

    /// <summary>Draws what is done to one image.</summary>
    public static Change Draw(AugmentOptions options, Shape shape, RandomStream random)
    {
        int x = 0, y = 0, centreX = 0, centreY = 0;
        if (options.Crop)
        {
            x = random.NextInt(2 * options.Pad + 1) - options.Pad;
            y = random.NextInt(2 * options.Pad + 1) - options.Pad;
        }
        bool flip = options.Flip && random.NextInt(2) == 1;
        if (options.Cutout > 0)
        {
            centreX = random.NextInt(shape.Width);
            centreY = random.NextInt(shape.Height);
        }
        return new Change(x, y, flip, options.Cutout, centreX, centreY);
    }

    /// <summary>Applies a change.</summary>
    /// <param name="planes">Channels × height × width bytes.</param>
    /// <param name="change">What to do.</param>
    /// <param name="target">Height × width × channels values.</param>
    public void Apply(ReadOnlySpan<byte> planes, Change change, Span<float> target)
    {
        int width = shape.Width, channels = shape.Channels;
        for (int channel = 0; channel < channels; channel++)
        {
            ReadOnlySpan<float> values = table.AsSpan(256 * channel, 256);
            ReadOnlySpan<byte> plane = planes.Slice(channel * shape.Height * width, shape.Height * width);
            for (int y = 0; y < shape.Height; y++)
            {
                Span<float> row = target.Slice(y * width * channels, width * channels);
                int sourceY = Inside(y + change.OffsetY, shape.Height);
                if ((uint)sourceY >= (uint)shape.Height)
                    FillRow(row, channel, values[0]);
                else
                    CopyRow(plane.Slice(sourceY * width, width), change, values, row, channel);
            }
        }
        if (change.Cutout > 0)
            CutOut(change, target);
    }

    void FillRow(Span<float> row, int channel, float value)
    {
        for (int i = channel; i < row.Length; i += shape.Channels)
            row[i] = value;
    }

    void CopyRow(ReadOnlySpan<byte> source, Change change, ReadOnlySpan<float> values, Span<float> row, int channel)
    {
        int at = change.Flip ? source.Length - 1 + change.OffsetX : change.OffsetX, step = change.Flip ? -1 : 1;
        float black = values[0];
        if (border == BorderName.Reflection)
        {
            for (int i = channel; i < row.Length; i += shape.Channels, at += step)
                row[i] = values[source[Inside(at, source.Length)]];
            return;
        }
        for (int i = channel; i < row.Length; i += shape.Channels, at += step)
            row[i] = (uint)at < (uint)source.Length ? values[source[at]] : black;
    }

    // Where the border is a reflection, the pixel that a place outside shows: … 2 1 | 0 1 2 … n−1 | n−2 …
    int Inside(int at, int size)
    {
        if (border != BorderName.Reflection || (uint)at < (uint)size)
            return at;
        int period = Math.Max(1, 2 * (size - 1)), place = (at % period + period) % period;
        return place < size ? place : period - place;
    }

    void CutOut(Change change, Span<float> target)
    {
        int left = Math.Max(0, change.CutoutX - change.Cutout / 2), top = Math.Max(0, change.CutoutY - change.Cutout / 2);
        int right = Math.Min(shape.Width, change.CutoutX - change.Cutout / 2 + change.Cutout);
        int bottom = Math.Min(shape.Height, change.CutoutY - change.Cutout / 2 + change.Cutout);
        for (int y = top; y < bottom && left < right; y++)
            target.Slice((y * shape.Width + left) * shape.Channels, (right - left) * shape.Channels).Clear();
    }
}
