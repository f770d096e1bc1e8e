using Heliograph.Statistics;

namespace Heliograph.Tests.Statistics;

public class RandomStreamTests
{
    /// <summary>The values come from an independent implementation in another language.</summary>
    [Fact]
    public void Numbers_are_pinned()
    {
        var random = new RandomStream(1, "golden", 2, 3);
        ulong[] bits = [random.NextUInt64(), random.NextUInt64(), random.NextUInt64()];
        int[] integers = [random.NextInt(10), random.NextInt(10), random.NextInt(1000), random.NextInt(int.MaxValue)];
        Assert.Equal([6643448612749997550, 3038484539597463495, 17641064790894726174], bits);
        Assert.Equal([7, 2, 31, 816701844], integers);
        Assert.Equal(0.6603148455155935, random.NextDouble());
        Assert.Equal(0.95878148f, random.NextSingle());
        Assert.Equal(0.3536882647793048, random.NextGaussian(), 1e-12);
        int[] items = [0, 1, 2, 3, 4, 5, 6, 7];
        random.Shuffle(items);
        Assert.Equal([4, 7, 1, 5, 2, 6, 0, 3], items);
        Assert.Equal(10490932693647044657UL, RandomStream.Seed(1, "golden", 2, 3));
    }

    [Fact]
    public void Every_part_of_the_key_matters()
    {
        ulong[] first =
        [
            new RandomStream(1, "a").NextUInt64(), new RandomStream(2, "a").NextUInt64(), new RandomStream(1, "b").NextUInt64(),
            new RandomStream(1, "a", 1).NextUInt64(), new RandomStream(1, "a", 0, 1).NextUInt64(), new RandomStream(1, "a", 1, 1).NextUInt64(),
        ];
        Assert.Equal(first.Length, first.Distinct().Count());
    }

    [Fact]
    public void Whole_numbers_are_uniform()
    {
        var random = new RandomStream(7, "uniform");
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++)
            counts[random.NextInt(6)]++;
        // Chi-squared with 5 degrees of freedom: 20.5 is passed once in a thousand keys, and this key is fixed.
        Assert.True(counts.Sum(count => (count - 10_000.0) * (count - 10_000) / 10_000) < 20.5);
    }

    [Fact]
    public void Gaussians_have_mean_0_and_variance_1()
    {
        var random = new RandomStream(7, "gaussian");
        double[] values = [.. Enumerable.Range(0, 200_000).Select(_ => random.NextGaussian())];
        Assert.Equal(0, values.Average(), 0.01);
        Assert.Equal(1, values.Average(value => value * value), 0.02);
        Assert.Equal(3, values.Average(value => value * value * value * value), 0.1);
    }
}
