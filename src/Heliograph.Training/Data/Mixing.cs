using Heliograph.Experiments.Data;
using Heliograph.Networks;
using Heliograph.Statistics;

namespace Heliograph.Training.Data;

/// <summary>
/// CutMix and mixup within a batch: the first image is paired with the last, the second with the last but one, and so on, so that the random order
/// of an epoch makes random pairs. Both images of a pair get a part of the other.
/// </summary>
sealed class Mixing(AugmentOptions options, Shape shape)
{
    readonly float[] row = new float[shape.Width * shape.Channels];

    /// <summary>Mixes the pairs of a batch; <see cref="Batch.Labels"/> becomes the label with the larger share.</summary>
    /// <param name="batch">Pixels and labels of its images.</param>
    /// <param name="stream">Random numbers for the pair with this first image.</param>
    public void Apply(Batch batch, Func<int, RandomStream> stream)
    {
        batch.IsMixed = true;
        for (int i = 0; i < batch.Count; i++)
            (batch.OtherLabels[i], batch.Shares[i]) = (batch.Labels[i], 1);
        for (int i = 0; i < batch.Count / 2; i++)
            Mix(batch, i, batch.Count - 1 - i, stream(i));
    }

    void Mix(Batch batch, int first, int second, RandomStream random)
    {
        double kind = random.NextDouble();
        if (kind >= options.CutMix + options.Mixup)
            return;
        double share = random.NextDouble();
        Span<float> a = Pixels(batch, first), b = Pixels(batch, second);
        if (kind < options.CutMix)
            share = Exchange(a, b, share, random);
        else
            Blend(a, b, (float)share);
        if (share < 0.5)
            (batch.Labels[first], batch.Labels[second], share) = (batch.Labels[second], batch.Labels[first], 1 - share);
        (batch.OtherLabels[first], batch.OtherLabels[second]) = (batch.Labels[second], batch.Labels[first]);
        batch.Shares[first] = batch.Shares[second] = (float)share;
    }

    Span<float> Pixels(Batch batch, int image) => batch.Pixels.AsSpan(image * shape.Elements, shape.Elements);

    // A rectangle of the image's proportions about a random pixel, clipped to the image; the share kept of each image is returned.
    double Exchange(Span<float> a, Span<float> b, double share, RandomStream random)
    {
        double side = Math.Sqrt(1 - share);
        int height = (int)(side * shape.Height), width = (int)(side * shape.Width);
        int top = random.NextInt(shape.Height) - height / 2, left = random.NextInt(shape.Width) - width / 2;
        int bottom = Math.Min(shape.Height, top + height), right = Math.Min(shape.Width, left + width);
        (top, left) = (Math.Max(0, top), Math.Max(0, left));
        int length = (right - left) * shape.Channels;
        for (int y = top; y < bottom; y++)
        {
            int start = (y * shape.Width + left) * shape.Channels;
            Span<float> mine = a.Slice(start, length), theirs = b.Slice(start, length), kept = row.AsSpan(0, length);
            mine.CopyTo(kept);
            theirs.CopyTo(mine);
            kept.CopyTo(theirs);
        }
        return 1 - (double)Math.Max(0, bottom - top) * (right - left) / (shape.Height * shape.Width);
    }

    static void Blend(Span<float> a, Span<float> b, float share)
    {
        for (int i = 0; i < a.Length; i++)
            (a[i], b[i]) = (share * a[i] + (1 - share) * b[i], share * b[i] + (1 - share) * a[i]);
    }
}
