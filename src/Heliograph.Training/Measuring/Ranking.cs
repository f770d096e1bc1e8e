using Heliograph.Pairs;

namespace Heliograph.Training.Measuring;

/// <summary>The images of a gallery by their nearness to an embedding.</summary>
static class Ranking
{
    /// <summary>The classes of all images, the nearest first, by their cosine; equally near ones by their place.</summary>
    /// <param name="gallery">The images.</param>
    /// <param name="embedding">Of any length.</param>
    public static int[] Of(Gallery gallery, ReadOnlySpan<float> embedding)
    {
        float[] products = new float[gallery.Images];
        gallery.Products(embedding, products);
        int[] order = [.. Enumerable.Range(0, products.Length).OrderBy(i => -products[i])];
        int[] ranked = new int[order.Length];
        for (int i = 0; i < ranked.Length; i++)
            ranked[i] = gallery.Classes[order[i]];
        return ranked;
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
}
