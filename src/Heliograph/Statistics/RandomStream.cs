using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Text;

namespace Heliograph.Statistics;

/// <summary>
/// Random numbers that are a pure function of a seed, a stream's name and two indices (say, epoch and position), so that work can be resumed,
/// or done in another order or on other threads, with no generator state to keep: ask for the same stream again.
/// The generator is xoshiro256** whose state SplitMix64 fills from the hashed key. Not thread-safe.
/// </summary>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of random numbers, not of bytes.")]
public sealed class RandomStream
{
    const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    ulong s0, s1, s2, s3;
    double spareGaussian = double.NaN;

    /// <summary>Starts the stream that belongs to the key.</summary>
    /// <param name="seed">The run's seed.</param>
    /// <param name="stream">What the numbers are for, such as <c>augment</c>; different names give independent streams.</param>
    /// <param name="a">First index, such as the epoch.</param>
    /// <param name="b">Second index, such as the position in the epoch.</param>
    public RandomStream(ulong seed, string stream, long a = 0, long b = 0)
    {
        ulong key = Seed(seed, stream, a, b);
        s0 = Mix(key += GoldenGamma);
        s1 = Mix(key += GoldenGamma);
        s2 = Mix(key += GoldenGamma);
        s3 = Mix(key + GoldenGamma);
    }

    /// <summary>A seed for another generator, as a pure function of the same key that the constructor takes.</summary>
    public static ulong Seed(ulong seed, string stream, long a = 0, long b = 0)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ulong hash = Mix(seed + GoldenGamma);
        hash = Mix(hash ^ Hash(stream));
        hash = Mix(hash + GoldenGamma + (ulong)a);
        return Mix(hash + GoldenGamma + (ulong)b);
    }

    /// <summary>64 uniform bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(s1 * 5, 7) * 9;
        ulong t = s1 << 17;
        s2 ^= s0;
        s3 ^= s1;
        s1 ^= s2;
        s0 ^= s3;
        s2 ^= t;
        s3 = BitOperations.RotateLeft(s3, 45);
        return result;
    }

    /// <summary>A whole number from 0 to <paramref name="max"/> − 1, each equally likely (without the bias of a remainder).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="max"/> is less than 1.</exception>
    public int NextInt(int max)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(max, 1);
        ulong high = Math.BigMul(NextUInt64(), (ulong)max, out ulong low);
        if (low < (ulong)max)
        {
            ulong threshold = (0 - (ulong)max) % (ulong)max;
            while (low < threshold)
                high = Math.BigMul(NextUInt64(), (ulong)max, out low);
        }
        return (int)high;
    }

    /// <summary>A number in [0, 1), a multiple of 2⁻⁵³.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number in [0, 1), a multiple of 2⁻²⁴.</summary>
    public float NextSingle() => (NextUInt64() >> 40) * (1f / (1 << 24));

    /// <summary>
    /// A number of the standard normal distribution (mean 0, variance 1), by the polar method. The last bit may differ between systems,
    /// since it takes a logarithm.
    /// </summary>
    public double NextGaussian()
    {
        if (!double.IsNaN(spareGaussian))
        {
            double spare = spareGaussian;
            spareGaussian = double.NaN;
            return spare;
        }
        double x, y, square;
        do
        {
            x = 2 * NextDouble() - 1;
            y = 2 * NextDouble() - 1;
            square = x * x + y * y;
        }
        while (square is >= 1 or 0);
        double factor = Math.Sqrt(-2 * Math.Log(square) / square);
        spareGaussian = y * factor;
        return x * factor;
    }

    /// <summary>Puts the items in a random order, every order equally likely.</summary>
    public void Shuffle(Span<int> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int j = NextInt(i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>FNV-1a over the name's UTF-8 bytes.</summary>
    static ulong Hash(string text)
    {
        ulong hash = 14695981039346656037;
        Span<byte> bytes = stackalloc byte[4];
        foreach (Rune rune in text.EnumerateRunes())
        {
            int count = rune.EncodeToUtf8(bytes);
            for (int i = 0; i < count; i++)
                hash = (hash ^ bytes[i]) * 1099511628211;
        }
        return hash;
    }

    /// <summary>SplitMix64's output function.</summary>
    static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
