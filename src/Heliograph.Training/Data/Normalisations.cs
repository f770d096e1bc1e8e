using Heliograph.Images;
using Heliograph.Networks;

namespace Heliograph.Training.Data;

/// <summary>Measures how a data set is normalised.</summary>
public static class Normalisations
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
}
