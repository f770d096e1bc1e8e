namespace Heliograph.Evaluation.Comparing;

/// <summary>
/// McNemar's test (Psychometrika 12, 1947): whether two classifiers, asked the same images, err equally often. Images that both name rightly, or
/// both wrongly, say nothing of that; of the others each classifier has its own with probability ½ if they do.
/// </summary>
public static class McNemar
{
    /// <summary>
    /// The two-sided mid-p value: twice the binomial tail, less the probability of what was seen. Computed from the binomial distribution for
    /// any number of images. Fagerland, Lydersen and Laake (BMC Medical Research Methodology 13:91, 2013) recommend it over the exact
    /// test, which is too cautious, and it comes to the χ² test where the images are many.
    /// </summary>
    /// <param name="onlyA">Images that only the first classifies correctly, 0 or more.</param>
    /// <param name="onlyB">Images that the second alone names rightly, 0 or more.</param>
    /// <returns>In [0, 1]; 1 where they differ in no image.</returns>
    public static double MidP(int onlyA, int onlyB)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(onlyA);
        ArgumentOutOfRangeException.ThrowIfNegative(onlyB);
        int n = onlyA + onlyB, k = Math.Min(onlyA, onlyB);
        // In logarithms: ½ to the power of thousands underflows a double.
        double log = -n * Math.Log(2), tail = 0;
        for (int i = 0; i < k; i++)
        {
            tail += Math.Exp(log);
            log += Math.Log((double)(n - i) / (i + 1));
        }
        double seen = Math.Exp(log);
        // 2·(tail + seen) − seen; both sides at once where they meet in the middle.
        return n == 0 ? 1 : onlyA == onlyB ? 1 - seen / 2 : Math.Min(1, 2 * tail + seen);
    }
}
