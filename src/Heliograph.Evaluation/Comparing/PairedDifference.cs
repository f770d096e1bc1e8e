using Heliograph.Experiments.Records;
using Heliograph.Statistics;

namespace Heliograph.Evaluation.Comparing;

/// <summary>Two measurements on the same images, compared image by image.</summary>
/// <param name="A">Top-1 of the first, mean over its draws of the noise, in percent.</param>
/// <param name="B">The same for the second.</param>
/// <param name="Difference">First less second, in percentage points.</param>
/// <param name="Ci95">Half width of the difference's 95 % interval over images and draws, in percentage points; null for a single image.</param>
/// <param name="OnlyA">Images that only the first classifies correctly, each side in its first draw.</param>
/// <param name="OnlyB">Images that only the second classifies correctly.</param>
/// <param name="McNemarP">The mid-p value of <see cref="McNemar"/>'s test of these two, in [0, 1].</param>
public sealed record PairedDifference(double A, double B, double Difference, double? Ci95, int OnlyA, int OnlyB, double McNemarP)
{
    /// <summary>
    /// Compares. The independent units are the images: an image's hits are averaged over the draws of each side, and the interval is that of
    /// the mean of the images' differences (paired t). It covers the choice of the images and the noise alike, since every image is sent
    /// through its own noise, which is part of what makes the images' differences scatter, less so the more draws
    /// there are, and no noise is common to two images. McNemar's test wants one answer an image and takes the first draw of each side.
    /// </summary>
    public static PairedDifference Of(HitsAt a, HitsAt b)
    {
        int images = a.Draws[0].Length;
        double[] mine = Shares(a), theirs = Shares(b), differences = [.. mine.Zip(theirs, (x, y) => x - y)];
        int onlyA = Enumerable.Range(0, images).Count(i => a.Draws[0][i] && !b.Draws[0][i]);
        int onlyB = Enumerable.Range(0, images).Count(i => b.Draws[0][i] && !a.Draws[0][i]);
        return new(Math.Round(mine.Average(), 4), Math.Round(theirs.Average(), 4), Math.Round(differences.Average(), 4), StudentT.HalfWidth95(differences),
            onlyA, onlyB, McNemar.MidP(onlyA, onlyB));

        double[] Shares(HitsAt hits) => [.. Enumerable.Range(0, images).Select(i => 100.0 * hits.Draws.Count(draw => draw[i]) / hits.Draws.Count)];
    }
}
