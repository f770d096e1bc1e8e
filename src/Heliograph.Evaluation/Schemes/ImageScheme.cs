using Heliograph.Experiments;
using Heliograph.Training.Data;
using SkiaSharp;

namespace Heliograph.Evaluation.Schemes;

/// <summary>The image as a file; the whole backbone runs at the edge, on what the file gives back.</summary>
/// <param name="encode">An image as a file, with the quality of the experiment.</param>
/// <param name="isLossless">Whether the image comes back as it was, for that quality.</param>
sealed class ImageScheme(Func<ImageSet, int, int?, byte[]> encode, Func<int?, bool> isLossless) : IDigitalScheme
{
    /// <summary>PNG, as <see cref="ImageFolder.Png"/> writes it.</summary>
    public static ImageScheme Png { get; } = new((set, i, _) => ImageFolder.Png(set, i), _ => true);

    /// <summary>JPEG by libjpeg-turbo, baseline, chroma at half the resolution.</summary>
    public static ImageScheme Jpeg { get; } = new((set, i, quality) => ImageFolder.Encode(set, i,
        pixels => pixels.Encode(new SKJpegEncoderOptions(quality ?? DigitalOptions.UsualJpegQuality, SKJpegEncoderDownsample.Downsample420, SKJpegEncoderAlphaOption.Ignore))), _ => false);

    /// <summary>WebP by libwebp, lossy where a quality is given.</summary>
    public static ImageScheme Webp { get; } = new((set, i, quality) => ImageFolder.Encode(set, i,
        pixels => pixels.Encode(new SKWebpEncoderOptions(quality is null ? SKWebpEncoderCompression.Lossless : SKWebpEncoderCompression.Lossy, quality ?? 100))), quality => quality is null);

    /// <summary>An image as a file.</summary>
    public byte[] Encode(ImageSet set, int index, int? quality) => encode(set, index, quality);

    public Arrival Send(DigitalWork work)
    {
        if (work.Images.Shape.Channels != 3)
            throw new UsageException($"recipe {work.Experiment.Recipe} sends colour images; these have {work.Images.Shape}");
        int? quality = work.Experiment.Digital.Quality;
        byte[][] files = [.. ParallelEnumerable.Range(0, work.Images.Count).AsOrdered().WithCancellation(work.Cancellation).Select(i => Encode(work.Images, i, quality))];
        var arrived = isLossless(quality) ? work.Images : Pictures.Decode(files, work.Images);
        return new("input", 0, files, work.Evaluator.Classify(work.Backbone, arrived));
    }
}
