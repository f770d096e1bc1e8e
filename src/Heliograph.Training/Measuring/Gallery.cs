using System.Numerics;
using Heliograph.Training.Data;

namespace Heliograph.Training.Measuring;

/// <summary>Images that an edge knows, as embeddings of length one, with which received ones are compared.</summary>
sealed class Gallery
{
    readonly float[] unit;
    readonly int dimensions;

    /// <summary>Wraps embeddings.</summary>
    /// <param name="embeddings">One after another; scaled to length one here.</param>
    /// <param name="labels">Their classes.</param>
    public Gallery(float[] embeddings, int[] labels)
    {
        (Labels, dimensions) = (labels, embeddings.Length / labels.Length);
        unit = embeddings;
        for (int i = 0; i < labels.Length; i++)
            Scale(unit.AsSpan(i * dimensions, dimensions));
    }

    /// <summary>The class of each image.</summary>
    public int[] Labels { get; }

    /// <summary>Training images for a gallery, as many of each class as far as there are.</summary>
    /// <param name="data">With its classes.</param>
    /// <param name="perClass">Of each class.</param>
    /// <param name="seed">Chooses.</param>
    /// <exception cref="UsageException">There is none of a class that is asked for.</exception>
    public static ImageSet Images(DataSet data, int perClass, ulong seed)
    {
        var images = data.Train.Take(perClass * data.Classes.Count, seed);
        int[] counts = images.CountClasses(data.Classes.Count);
        return Array.IndexOf(counts, 0) is >= 0 and var missing
            ? throw new UsageException($"retrieval.gallery: of the class '{data.Classes[missing]}' there is no image in the gallery, so that none could be found; give more training images, or a larger retrieval.gallery than {perClass}")
            : images;
    }

    /// <summary>The classes of the images of the gallery, the nearest to an embedding first, by their cosine; equally near ones by their place.</summary>
    public int[] Ranked(ReadOnlySpan<float> embedding)
    {
        float[] distances = new float[Labels.Length];
        for (int i = 0; i < distances.Length; i++)
            distances[i] = -Product(embedding, unit.AsSpan(i * dimensions, dimensions));
        int[] order = [.. Enumerable.Range(0, distances.Length).OrderBy(i => distances[i])];
        return Array.ConvertAll(order, i => Labels[i]);
    }

    /// <summary>Mean, over the places at which a class stands in a ranking, of the share of that class up to there; 0 where it does not stand in it.</summary>
    public static double AveragePrecision(int[] ranked, int label)
    {
        int found = 0;
        double sum = 0;
        for (int i = 0; i < ranked.Length; i++)
        {
            if (ranked[i] == label)
                sum += ++found / (i + 1.0);
        }
        return found == 0 ? 0 : sum / found;
    }

    static float Product(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        int width = Vector<float>.Count, i = 0;
        var sums = Vector<float>.Zero;
        for (; i <= a.Length - width; i += width)
            sums += new Vector<float>(a[i..]) * new Vector<float>(b[i..]);
        float sum = Vector.Sum(sums);
        for (; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    static void Scale(Span<float> values)
    {
        double energy = 1e-12;
        foreach (float value in values)
            energy += (double)value * value;
        float scale = (float)(1 / Math.Sqrt(energy));
        foreach (ref float value in values)
            value *= scale;
    }
}
