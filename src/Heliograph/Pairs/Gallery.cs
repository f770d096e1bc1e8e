using System.Numerics;
using Heliograph.Networks;

namespace Heliograph.Pairs;

/// <summary>
/// Images that an edge knows, as embeddings of length one with their classes: it compares what it makes of received symbols with them, by the cosine, and answers with the nearest
/// (docs/pair-format.md). Immutable.
/// </summary>
public sealed class Gallery
{
    /// <summary>The largest gallery file that is read or written, in bytes.</summary>
    public const long MaximumBytes = 64 << 20;

    /// <summary>The most neighbours that an answer names.</summary>
    public const int MaximumNeighbours = 100;

    // The arrays of its file.
    internal const string EmbeddingsArray = "embeddings", ClassesArray = "classes";

    readonly float[] unit;
    readonly int[] classes;

    /// <summary>Takes embeddings and scales them to length one; one of zeros stays as it is, and its cosine with any other is 0.</summary>
    /// <param name="embeddings">Images × dimensions finite values, one embedding after another; copied.</param>
    /// <param name="classes">The class of each image, 0 or more; at least one image; copied.</param>
    /// <exception cref="ArgumentException">There is no image, or the numbers of values do not belong together.</exception>
    public Gallery(ReadOnlySpan<float> embeddings, ReadOnlySpan<int> classes)
    {
        if (classes.IsEmpty || embeddings.IsEmpty || embeddings.Length % classes.Length != 0)
            throw new ArgumentException($"{embeddings.Length} values are not the embeddings of {classes.Length} images.", nameof(embeddings));
        (unit, this.classes) = (embeddings.ToArray(), classes.ToArray());
        Dimensions = unit.Length / classes.Length;
        for (int image = 0; image < Images; image++)
            Scale(unit.AsSpan(image * Dimensions, Dimensions));
    }

    /// <summary>Number of images, at least 1.</summary>
    public int Images => classes.Length;

    /// <summary>Values of one embedding.</summary>
    public int Dimensions { get; }

    /// <summary>The class of each image.</summary>
    public ReadOnlySpan<int> Classes => classes;

    /// <summary>The embeddings, images × dimensions, each of length one.</summary>
    public ReadOnlySpan<float> Embeddings => unit;

    /// <summary>Finds the images nearest to an embedding by the cosine, the nearest first; of equally near ones the one with the lower index.</summary>
    /// <param name="embedding"><see cref="Dimensions"/> finite values of any length.</param>
    /// <param name="nearest">Filled; at most <see cref="Images"/> long.</param>
    /// <exception cref="ArgumentException">Another number of values, or more neighbours than images.</exception>
    public void Nearest(ReadOnlySpan<float> embedding, Span<Neighbour> nearest)
    {
        if (nearest.Length > Images)
            throw new ArgumentException($"A gallery of {Images} images has no {nearest.Length} neighbours.", nameof(nearest));
        double length = Length(embedding);
        int found = 0;
        for (int image = 0; image < Images; image++)
        {
            float product = Product(embedding, image);
            if (found == nearest.Length && (found == 0 || product <= nearest[^1].Similarity))
                continue;
            int at = found < nearest.Length ? found++ : nearest.Length - 1;
            for (; at > 0 && nearest[at - 1].Similarity < product; at--)
                nearest[at] = nearest[at - 1];
            nearest[at] = new(image, classes[image], product);
        }
        foreach (ref var neighbour in nearest)
            neighbour = neighbour with { Similarity = (float)Math.Clamp(neighbour.Similarity / length, -1, 1) };
    }

    /// <summary>The products of an embedding with each image's: its cosines with them, times its own length.</summary>
    /// <param name="embedding"><see cref="Dimensions"/> values.</param>
    /// <param name="products">Receives one for each image.</param>
    internal void Products(ReadOnlySpan<float> embedding, Span<float> products)
    {
        for (int image = 0; image < Images; image++)
            products[image] = Product(embedding, image);
    }

    /// <summary>As the arrays of a file.</summary>
    internal Weights ToArrays() => Weights.Empty
        .With(EmbeddingsArray, new([Images, Dimensions], unit))
        .With(ClassesArray, new([Images], Array.ConvertAll(classes, label => (float)label)));

    /// <summary>Reads the arrays of a file.</summary>
    /// <param name="arrays">The file's.</param>
    /// <param name="known">What the pair says of it.</param>
    /// <param name="names">The pair's classes.</param>
    /// <exception cref="InvalidDataException">They are not such a gallery.</exception>
    internal static Gallery Of(Weights arrays, GalleryDescription known, ValueList<string> names)
    {
        float[] embeddings = Values(EmbeddingsArray, known.Images, known.Dimensions), labels = Values(ClassesArray, known.Images);
        int bad = Array.FindIndex(labels, label => !float.IsInteger(label));
        if (bad >= 0)
            throw new InvalidDataException(FormattableString.Invariant($"the class of image {bad} is {labels[bad]}, not a whole number"));
        var gallery = new Gallery(embeddings, Array.ConvertAll(labels, label => (int)label));
        gallery.Check(names);
        return gallery;

        float[] Values(string name, params ReadOnlySpan<int> shape) =>
            !arrays.TryGetValue(name, out var array) ? throw new InvalidDataException($"there is no array '{name}'; a gallery has '{EmbeddingsArray}' [images, dimensions] and '{ClassesArray}' [images]")
            : array.Shape.AsSpan().SequenceEqual(shape) ? array.Values
            : throw new InvalidDataException($"'{name}' is {array}, but {Pair.DescriptionFile} says [{string.Join(", ", shape.ToArray())}]");
    }

    /// <summary>Refuses a gallery that is not of a pair's classes, or in which one of them could never be found.</summary>
    /// <param name="names">The pair's classes.</param>
    /// <exception cref="InvalidDataException">A value is not finite, an image is of another class, or a class has no image.</exception>
    internal void Check(ValueList<string> names)
    {
        if (Array.FindIndex(unit, value => !float.IsFinite(value)) is >= 0 and var bad)
            throw new InvalidDataException($"the embedding of image {bad / Dimensions} holds a value that is not a finite number");
        bool[] seen = new bool[names.Count];
        for (int image = 0; image < Images; image++)
        {
            if ((uint)classes[image] >= seen.Length)
                throw new InvalidDataException($"the class of image {image} is {classes[image]}; the pair's classes are 0 to {seen.Length - 1}");
            seen[classes[image]] = true;
        }
        if (Array.IndexOf(seen, false) is >= 0 and var missing)
            throw new InvalidDataException($"of the class '{names[missing].ReplaceLineEndings(" ")}' there is no image; a gallery has at least one of each class of the pair");
    }

    float Product(ReadOnlySpan<float> embedding, int image)
    {
        var other = unit.AsSpan(image * Dimensions, Dimensions);
        if (embedding.Length != other.Length)
            throw new ArgumentException($"An embedding has {Dimensions} values, not {embedding.Length}.", nameof(embedding));
        int width = Vector<float>.Count, i = 0;
        var sums = Vector<float>.Zero;
        for (; i <= other.Length - width; i += width)
            sums += new Vector<float>(embedding[i..]) * new Vector<float>(other[i..]);
        float sum = Vector.Sum(sums);
        for (; i < other.Length; i++)
            sum += embedding[i] * other[i];
        return sum;
    }

    static void Scale(Span<float> values)
    {
        float scale = (float)(1 / Length(values));
        foreach (ref float value in values)
            value *= scale;
    }

    static double Length(ReadOnlySpan<float> values)
    {
        // Above 0 also for zeros.
        double energy = 1e-12;
        foreach (float value in values)
            energy += (double)value * value;
        return Math.Sqrt(energy);
    }
}

/// <summary>An image of a gallery that lies near what arrived.</summary>
/// <param name="Index">Its place in the gallery.</param>
/// <param name="Class">The index of its class.</param>
/// <param name="Similarity">The cosine of the embeddings, in [−1, 1].</param>
public readonly record struct Neighbour(int Index, int Class, float Similarity);

/// <summary>What <c>pair.json</c> says of a gallery.</summary>
/// <param name="Images">In it, at least 1.</param>
/// <param name="Dimensions">Values of an embedding: what the edge half gives.</param>
/// <param name="Neighbours">How many of the nearest images an answer names, from 1 to <see cref="Gallery.MaximumNeighbours"/>, and at most all.</param>
public sealed record GalleryDescription(int Images, int Dimensions, int Neighbours);
