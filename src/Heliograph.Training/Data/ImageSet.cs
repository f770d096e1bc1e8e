using System.Buffers.Binary;
using System.Security.Cryptography;
using Heliograph.Networks;
using Heliograph.Statistics;

namespace Heliograph.Training.Data;

/// <summary>Images of one size with their labels, in memory as bytes.</summary>
public sealed class ImageSet
{
    /// <summary>Wraps images and labels; the arrays are not copied.</summary>
    /// <param name="shape">Channels × height × width of every image.</param>
    /// <param name="pixels">N × channels × height × width values, 0 to 255.</param>
    /// <param name="labels">N class indices, 0 or more.</param>
    /// <exception cref="ArgumentException">The arrays' lengths do not belong together.</exception>
    public ImageSet(Shape shape, byte[] pixels, int[] labels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        if (pixels.LongLength != (long)labels.Length * shape.Elements)
            throw new ArgumentException($"{labels.Length} images of {shape} are not {pixels.Length} bytes.", nameof(pixels));
        (Shape, Pixels, Labels) = (shape, pixels, labels);
    }

    /// <summary>Channels × height × width of every image.</summary>
    public Shape Shape { get; }

    /// <summary>N × channels × height × width values, 0 to 255.</summary>
    public byte[] Pixels { get; }

    /// <summary>The class index of each image.</summary>
    public int[] Labels { get; }

    /// <summary>Number of images, N.</summary>
    public int Count => Labels.Length;

    /// <summary>The planes of image <paramref name="i"/>: channels × height × width.</summary>
    public ReadOnlySpan<byte> Image(int i) => Pixels.AsSpan(i * Shape.Elements, Shape.Elements);

    /// <summary>How many images each class has.</summary>
    /// <param name="classes">Number of classes; every label is below it.</param>
    public int[] CountClasses(int classes)
    {
        int[] counts = new int[classes];
        foreach (int label in Labels)
            counts[label]++;
        return counts;
    }

    /// <summary>
    /// <paramref name="n"/> images (all, when there are no more), classes mixed and in the same proportions as in the whole set, up to rounding.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is less than 1.</exception>
    public ImageSet Take(int n, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        return n >= Count ? this : Select(StratifiedOrder(seed).AsSpan(0, n));
    }

    /// <summary><paramref name="n"/> images of each class (all of a class that has no more), classes mixed.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="n"/> is less than 1.</exception>
    public ImageSet TakeEach(int n, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(n, 1);
        int[] left = [.. CountClasses(Labels.Max() + 1).Select(size => Math.Min(size, n))];
        return left.Sum() == Count ? this : Select([.. StratifiedOrder(seed).Where(i => left[Labels[i]]-- > 0)]);
    }

    /// <summary>
    /// Holds out <paramref name="validation"/> images with the classes in the same proportions as in the whole set, up to rounding; the others
    /// keep their order.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="validation"/> is less than 1, or leaves nothing to train on.</exception>
    public (ImageSet Train, ImageSet Validation) Split(int validation, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(validation, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(validation, Count);
        int[] order = StratifiedOrder(seed);
        Array.Sort(order, validation, Count - validation);
        return (Select(order.AsSpan(validation)), Select(order.AsSpan(0, validation)));
    }

    /// <summary>
    /// A seeded order whose every beginning holds the classes in about the proportions of the whole: the k-th image of a class of size s
    /// sorts by (k + ½) / s.
    /// </summary>
    int[] StratifiedOrder(ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        new RandomStream(seed, "data.subset").Shuffle(order);
        int[] sizes = new int[Labels.Length == 0 ? 0 : Labels.Max() + 1], seen = new int[sizes.Length];
        foreach (int label in Labels)
            sizes[label]++;
        return [.. order.Select(i => (Index: i, Key: (seen[Labels[i]]++ + 0.5) / sizes[Labels[i]])).OrderBy(x => x.Key).Select(x => x.Index)];
    }

    /// <summary>
    /// SHA-256, in lower-case hexadecimal digits, of the images' channels, height, width and number, their labels (all of these as 32-bit
    /// little-endian integers) and their pixels: equal for the same images in the same order.
    /// </summary>
    public string Fingerprint()
    {
        int[] numbers = [Shape.Channels, Shape.Height, Shape.Width, Count, .. Labels];
        byte[] bytes = new byte[sizeof(int) * numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(sizeof(int) * i), numbers[i]);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(bytes);
        hash.AppendData(Pixels);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Those from one on.</summary>
    /// <param name="first">Index of the first.</param>
    /// <param name="count">How many.</param>
    public ImageSet Range(int first, int count) => new(Shape, Pixels[(first * Shape.Elements)..((first + count) * Shape.Elements)], Labels[first..(first + count)]);

    ImageSet Select(ReadOnlySpan<int> indices)
    {
        byte[] pixels = GC.AllocateUninitializedArray<byte>(indices.Length * Shape.Elements);
        int[] labels = new int[indices.Length];
        for (int i = 0; i < indices.Length; i++)
        {
            Image(indices[i]).CopyTo(pixels.AsSpan(i * Shape.Elements));
            labels[i] = Labels[indices[i]];
        }
        return new ImageSet(Shape, pixels, labels);
    }
}
