namespace Heliograph.Evaluation.Plots;

/// <summary>What a channel lets through at most.</summary>
public static class Fano
{
    /// <summary>
    /// The largest share of images that anything could name rightly from so many bits, by Fano's inequality: of M classes, equally likely, with an error of
    /// e, h(e) + e·log₂(M − 1) ≥ log₂ M − bits, where h is the entropy of an event of that probability (Cover and Thomas, Elements of Information Theory, theorem 2.10.1).
    /// </summary>
    /// <param name="classes">M, at least 2.</param>
    /// <param name="bits">That the channel carries of an image: B·C, the number of symbols times the capacity of one; 0 or more.</param>
    /// <returns>In percent.</returns>
    public static double Top1(int classes, double bits)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(classes, 2);
        ArgumentOutOfRangeException.ThrowIfNegative(bits);
        double missing = Math.Log2(classes) - bits;
        // The left side grows from 0 to log₂ M while the error grows to that of guessing.
        double low = 0, high = 1 - 1.0 / classes;
        if (missing <= 0)
            return 100;
        for (int i = 0; i < 60; i++)
        {
            double error = (low + high) / 2;
            if (Entropy(error) + error * Math.Log2(classes - 1) >= missing)
                high = error;
            else
                low = error;
        }
        return 100 * (1 - high);
    }

    static double Entropy(double p) => p is <= 0 or >= 1 ? 0 : -p * Math.Log2(p) - (1 - p) * Math.Log2(1 - p);
}
