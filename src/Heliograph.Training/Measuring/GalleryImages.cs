using Heliograph.Training.Data;

namespace Heliograph.Training.Measuring;

/// <summary>Chooses the images of a gallery.</summary>
public static class GalleryImages
{
    /// <summary>Training images, as many of each class; of a class that has fewer, all.</summary>
    /// <param name="data">With its classes.</param>
    /// <param name="perClass">Of each class, at least 1.</param>
    /// <param name="seed">Chooses.</param>
    /// <exception cref="UsageException">There is no training image of a class.</exception>
    public static ImageSet Of(DataSet data, int perClass, ulong seed)
    {
        int[] counts = data.Train.CountClasses(data.Classes.Count);
        return Array.IndexOf(counts, 0) is >= 0 and var missing
            ? throw new UsageException($"retrieval.gallery: of the class '{data.Classes[missing]}' there is no training image, so there would be none in the gallery and it could never be found; give at least one")
            : data.Train.TakeEach(perClass, seed);
    }
}
