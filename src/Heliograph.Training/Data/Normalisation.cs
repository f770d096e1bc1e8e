using Heliograph.Networks;

namespace Heliograph.Training.Data;

/// <summary>How bytes become a network's input: (value / 255 − mean) / std, per channel.</summary>
/// <param name="Mean">Mean of each channel, on the scale 0 to 1.</param>
/// <param name="Std">Standard deviation of each channel, on the scale 0 to 1; more than 0.</param>
public sealed record Normalisation(IReadOnlyList<float> Mean, IReadOnlyList<float> Std)
{
    /// <summary>
    /// The mean and the (population) standard deviation of each channel, from exact counts of the 256 values. A channel that is the same
    /// everywhere gets a standard deviation of 1, so that it can be divided by.
    /// </summary>
    /// <exception cref="ArgumentException">The set is empty.</exception>
    public static Normalisation Measure(ImageSet set)
    {
        ArgumentNullException.ThrowIfNull(set);
        if (set.Count == 0)
            throw new ArgumentException("An empty set has no mean.", nameof(set));
        Shape shape = set.Shape;
        int area = shape.Height * shape.Width;
        float[] mean = new float[shape.Channels], std = new float[shape.Channels];
        Parallel.For(0, shape.Channels, channel =>
        {
            long[] counts = new long[256];
            for (int i = 0; i < set.Count; i++)
            {
                foreach (byte value in set.Image(i).Slice(channel * area, area))
                    counts[value]++;
            }
            long n = (long)set.Count * area, sum = 0;
            for (int value = 0; value < 256; value++)
                sum += counts[value] * value;
            double centre = (double)sum / n, squares = 0;
            for (int value = 0; value < 256; value++)
                squares += counts[value] * (value - centre) * (value - centre);
            mean[channel] = (float)(centre / 255);
            std[channel] = squares == 0 ? 1 : (float)(Math.Sqrt(squares / n) / 255);
        });
        return new Normalisation(mean, std);
    }

    /// <summary>The normalised value of each byte: channels × 256.</summary>
    internal float[] Table()
    {
        float[] table = new float[Mean.Count * 256];
        for (int i = 0; i < table.Length; i++)
            table[i] = (float)(((i % 256) / 255.0 - Mean[i / 256]) / Std[i / 256]);
        return table;
    }
}
