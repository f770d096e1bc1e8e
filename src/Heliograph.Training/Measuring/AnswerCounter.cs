using Heliograph.Experiments.Records;
using Heliograph.Pairs;
using Heliograph.Training.Data;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Measuring;

/// <summary>Counts for each image of a set whether the answer is right, and whether it is among the first five.</summary>
abstract class AnswerCounter(ImageSet images)
{
    readonly bool[] hits = new bool[images.Count], firstFive = new bool[images.Count];

    private protected ImageSet Images => images;

    /// <summary>Sees what the edge makes of some images.</summary>
    /// <param name="output">[N, …].</param>
    /// <param name="firstImage">Place of the first.</param>
    public abstract void Count(Tensor output, int firstImage);

    /// <summary>What was counted.</summary>
    public virtual Measurement Measured(double? snrDb) =>
        new(snrDb, new(Math.Round(100.0 * hits.Count(hit => hit) / images.Count, 4), Math.Round(100.0 * firstFive.Count(hit => hit) / images.Count, 4)), hits) { FirstFive = firstFive };

    // Of an image, the place of its class in the ranking; below 0 where it is not among the first five.
    private protected void Note(int image, int rank) => (hits[image], firstFive[image]) = (rank == 0, rank is >= 0 and < 5);
}

/// <summary>The answer is the class with the largest logit.</summary>
sealed class ClassCounter(ImageSet images) : AnswerCounter(images)
{
    public override void Count(Tensor output, int firstImage)
    {
        long n = output.shape[0];
        int five = (int)Math.Min(5, output.shape[1]);
        long[] ranked = [.. output.topk(five, dim: 1).indexes.cpu().data<long>()];
        for (int i = 0; i < n; i++)
            Note(firstImage + i, ranked.AsSpan(i * five, five).IndexOf(Images.Labels[firstImage + i]));
    }
}

/// <summary>The answer is the nearest image of a gallery: right if it is of the same class.</summary>
sealed class NearestCounter(ImageSet images, Gallery gallery) : AnswerCounter(images)
{
    double sum;

    public override Measurement Measured(double? snrDb) => base.Measured(snrDb) with { MeanAveragePrecision = Math.Round(100 * sum / Images.Count, 4) };

    public override void Count(Tensor output, int firstImage)
    {
        float[] embeddings = Tensors.ToArray(output.flatten(1));
        int n = (int)output.shape[0], dimensions = embeddings.Length / n;
        for (int i = 0; i < n; i++)
        {
            int label = Images.Labels[firstImage + i];
            int[] ranked = Ranking.Of(gallery, embeddings.AsSpan(i * dimensions, dimensions));
            Note(firstImage + i, Array.IndexOf(ranked, label));
            sum += Ranking.AveragePrecision(ranked, label);
        }
    }
}
