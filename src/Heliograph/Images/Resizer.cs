namespace Heliograph.Images;

/// <summary>
/// Resizes interleaved RGB images of one size to another: along each axis by the average over the area that an output pixel covers where
/// the axis shrinks, and linearly between pixel centres (edges repeated) where it grows. All weights are whole numbers and the one division
/// at the end rounds to nearest, so every machine gets the same bytes. Not thread-safe; <see cref="Resize"/> allocates nothing.
/// </summary>
public sealed class Resizer
{
    readonly int sourceWidth, sourceHeight, width, height;
    readonly Axis columns, rows;
    readonly long[] sums;

    /// <summary>Prepares the weights for one pair of sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A side is less than 1.</exception>
    public Resizer(int sourceWidth, int sourceHeight, int width, int height)
    {
        (this.sourceWidth, this.sourceHeight, this.width, this.height) = (sourceWidth, sourceHeight, width, height);
        columns = new Axis(sourceWidth, width);
        rows = new Axis(sourceHeight, height);
        sums = new long[3 * width];
    }

    /// <summary>Resizes one image.</summary>
    /// <param name="source">Source height × source width × 3 bytes.</param>
    /// <param name="target">Height × width × 3 bytes.</param>
    /// <exception cref="ArgumentException">A span's length does not fit its size.</exception>
    public void Resize(ReadOnlySpan<byte> source, Span<byte> target)
    {
        if (source.Length != 3 * sourceWidth * sourceHeight)
            throw new ArgumentException($"The source needs {3 * sourceWidth * sourceHeight} bytes, not {source.Length}.", nameof(source));
        if (target.Length != 3 * width * height)
            throw new ArgumentException($"The target needs {3 * width * height} bytes, not {target.Length}.", nameof(target));

        long divisor = (long)columns.Total * rows.Total;
        for (int y = 0; y < height; y++)
        {
            Array.Clear(sums);
            for (int tap = rows.Start[y]; tap < rows.Start[y + 1]; tap++)
                AddRow(source.Slice(3 * sourceWidth * rows.Source[tap], 3 * sourceWidth), rows.Weight[tap]);
            Span<byte> row = target.Slice(3 * width * y, 3 * width);
            for (int i = 0; i < row.Length; i++)
                row[i] = (byte)((sums[i] + divisor / 2) / divisor);
        }
    }

    void AddRow(ReadOnlySpan<byte> row, long rowWeight)
    {
        for (int x = 0; x < width; x++)
        {
            int red = 0, green = 0, blue = 0;
            for (int tap = columns.Start[x]; tap < columns.Start[x + 1]; tap++)
            {
                int at = 3 * columns.Source[tap], weight = columns.Weight[tap];
                red += weight * row[at];
                green += weight * row[at + 1];
                blue += weight * row[at + 2];
            }
            sums[3 * x] += rowWeight * red;
            sums[3 * x + 1] += rowWeight * green;
            sums[3 * x + 2] += rowWeight * blue;
        }
    }

    /// <summary>The taps of one axis: output i reads Source[Start[i] .. Start[i+1]) with weights that add up to Total.</summary>
    sealed class Axis
    {
        public Axis(int source, int target)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(source, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(target, 1);
            Start = new int[target + 1];
            List<int> sources = [], weights = [];
            Total = target < source ? source : 2 * target;
            for (int i = 0; i < target; i++)
            {
                if (target < source)
                    AddArea(i, source, target, sources, weights);
                else
                    AddLinear(i, source, target, sources, weights);
                Start[i + 1] = sources.Count;
            }
            Source = [.. sources];
            Weight = [.. weights];
        }

        public int[] Start { get; }
        public int[] Source { get; }
        public int[] Weight { get; }
        public int Total { get; }

        /// <summary>In units of 1/target of a source pixel, output i covers [i·source, (i+1)·source).</summary>
        static void AddArea(int i, int source, int target, List<int> sources, List<int> weights)
        {
            long from = (long)i * source, to = from + source;
            for (long at = from / target; at * target < to; at++)
            {
                sources.Add((int)at);
                weights.Add((int)(Math.Min(to, (at + 1) * target) - Math.Max(from, at * target)));
            }
        }

        /// <summary>Output i has its centre at ((2i+1)·source − target) / (2·target), in source pixels from the first one's centre.</summary>
        static void AddLinear(int i, int source, int target, List<int> sources, List<int> weights)
        {
            int unit = 2 * target;
            long centre = Math.Clamp((2L * i + 1) * source - target, 0, (long)(source - 1) * unit);
            int left = (int)(centre / unit), weight = (int)(centre % unit);
            sources.Add(left);
            weights.Add(unit - weight);
            if (weight > 0)
            {
                sources.Add(left + 1);
                weights.Add(weight);
            }
        }
    }
}
