using Heliograph.Channels;
using Heliograph.Experiments;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Training.Data;
using Heliograph.Training.Measuring;
using static TorchSharp.torch;

namespace Heliograph.Training.Export;

/// <summary>Makes the gallery of a pair that retrieves: the images with which the run was measured, or as many of each class as are asked for.</summary>
static class GalleryExport
{
    const int UsualNeighbours = 5;

    /// <summary>Embeds training images without noise.</summary>
    /// <param name="device">From image to symbols.</param>
    /// <param name="edge">From symbols to embedding.</param>
    /// <param name="experiment">The run's.</param>
    /// <param name="data">The run's.</param>
    /// <param name="options">How many.</param>
    /// <exception cref="UsageException">A class has no image, or they are more than a gallery may hold.</exception>
    /// <exception cref="InvalidDataException">An embedding is not finite: the training diverged.</exception>
    public static Gallery Make(Model device, Model edge, Experiment experiment, DataSet data, ExportOptions options)
    {
        int perClass = options.Gallery ?? experiment.Retrieval.Gallery;
        if (perClass < 1)
            throw new UsageException($"a gallery has at least 1 image of each class, not {perClass}");
        var images = GalleryImages.Of(data, perClass, experiment.Seed);
        // Beside the values there is a header of at most a few hundred bytes.
        long each = sizeof(float) * (edge.Network.Output.Elements + 1L), most = (Gallery.MaximumBytes - 1024) / each;
        if (images.Count > most)
            throw new UsageException($"{images.Count} embeddings of {edge.Network.Output.Elements} values are more than the {Gallery.MaximumBytes >> 20} MiB of a gallery; give at most {Math.Max(1, most / data.Classes.Count)} images of each class");
        var evaluator = new Evaluator(data.Normalisation, CPU, Precision.Fp32, experiment.Evaluation.Batch, new AwgnChannel(), experiment.Seed);
        return evaluator.Embed(device, edge, images);
    }

    /// <summary>What a pair says of its gallery.</summary>
    /// <exception cref="UsageException">The gallery has no such number of neighbours.</exception>
    public static GalleryDescription Describe(Gallery gallery, ExportOptions options)
    {
        int most = Math.Min(gallery.Images, Gallery.MaximumNeighbours), neighbours = options.Neighbours ?? Math.Min(UsualNeighbours, most);
        return neighbours >= 1 && neighbours <= most ? new(gallery.Images, gallery.Dimensions, neighbours)
            : throw new UsageException($"an answer names 1 to {most} neighbours from a gallery of {gallery.Images} images, not {neighbours}");
    }
}
