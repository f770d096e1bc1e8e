using Heliograph.Pairs;

namespace Heliograph.Training.Measuring;

/// <summary>
/// Temperature scaling (Guo and others, "On calibration of modern neural networks", 2017): the one number by which logits are divided so that the likelihood of the labels is
/// largest. It is found on β = 1/T, in which the likelihood is concave.
/// </summary>
static class TemperatureScaling
{
    /// <summary>Fewer images say too little.</summary>
    public const int FewestImages = 100;

    const double LowestBeta = 0.02, HighestBeta = 50;
    const int Bins = 15, MostSteps = 60;

    /// <summary>The temperature of all images, and the expected calibration error without and with one, where each half of the images is calibrated by the other half.</summary>
    /// <param name="logits">Images × classes, finite.</param>
    /// <param name="labels">The class of each image; at least <see cref="FewestImages"/>.</param>
    /// <param name="snrDb">P/σ² per real symbol in dB, at which they were received.</param>
    public static CalibrationPoint At(double snrDb, ReadOnlySpan<float> logits, ReadOnlySpan<int> labels)
    {
        int classes = logits.Length / labels.Length;
        double all = Temperature(logits, labels, classes, 0, 1), even = Temperature(logits, labels, classes, 0, 2), odd = Temperature(logits, labels, classes, 1, 2);
        var (before, after) = (new Reliability(), new Reliability());
        for (int i = 0; i < labels.Length; i++)
        {
            var row = logits.Slice(i * classes, classes);
            before.Add(row, labels[i], 1);
            after.Add(row, labels[i], i % 2 == 0 ? odd : even);
        }
        return new(snrDb, Math.Round(all, 4), Math.Round(before.Error, 4), Math.Round(after.Error, 4)) { Top1 = Math.Round(before.Right, 2) };
    }

    /// <summary>The probability of each image's best class.</summary>
    /// <param name="logits">Images × classes, finite.</param>
    /// <param name="images">How many.</param>
    /// <param name="temperature">By which the logits are divided.</param>
    public static float[] Confidence(ReadOnlySpan<float> logits, int images, double temperature)
    {
        int classes = logits.Length / images;
        float[] best = new float[images];
        for (int i = 0; i < images; i++)
            best[i] = (float)Best(logits.Slice(i * classes, classes), temperature).Probability;
        return best;
    }

    /// <summary>Of the images <paramref name="first"/>, <paramref name="first"/> + <paramref name="step"/> …: Newton's method within an interval that shrinks around the maximum.</summary>
    static double Temperature(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes, int first, int step)
    {
        double low = LowestBeta, high = HighestBeta, beta = 1;
        for (int n = 0; n < MostSteps && high - low > 1e-6 * low; n++)
        {
            var (slope, curvature) = Derivatives(logits, labels, classes, first, step, beta);
            if (slope > 0)
                low = beta;
            else
                high = beta;
            double next = curvature > 0 ? beta + slope / curvature : double.NaN;
            // An interval of which only one end moves is halved.
            double now = next > low && next < high ? next : Math.Sqrt(low * high);
            if (Math.Abs(now - beta) <= 1e-6 * beta)
                break;
            beta = now;
        }
        return 1 / beta;
    }

    /// <summary>Of the log-likelihood by β: Σ zᵧ − E[z], and Σ Var[z], with the probabilities softmax(βz).</summary>
    static (double Slope, double Curvature) Derivatives(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int classes, int first, int step, double beta)
    {
        double slope = 0, curvature = 0;
        for (int i = first; i < labels.Length; i += step)
        {
            var row = logits.Slice(i * classes, classes);
            float most = Largest(row).Value;
            double sum = 0, mean = 0, square = 0;
            foreach (float logit in row)
            {
                double z = logit - most, weight = MathF.Exp((float)(beta * z));
                (sum, mean, square) = (sum + weight, mean + weight * z, square + weight * z * z);
            }
            (mean, square) = (mean / sum, square / sum);
            slope += row[labels[i]] - most - mean;
            curvature += square - mean * mean;
        }
        return (slope, curvature);
    }

    static (int Index, float Value) Largest(ReadOnlySpan<float> row)
    {
        int at = 0;
        for (int i = 1; i < row.Length; i++)
            at = row[i] > row[at] ? i : at;
        return (at, row[at]);
    }

    static (int Index, double Probability) Best(ReadOnlySpan<float> row, double temperature)
    {
        var (at, most) = Largest(row);
        double sum = 0;
        foreach (float logit in row)
            sum += MathF.Exp((float)((logit - most) / temperature));
        return (at, 1 / sum);
    }

    /// <summary>Answers by how sure they are.</summary>
    sealed class Reliability
    {
        readonly double[] confidence = new double[Bins], right = new double[Bins];
        int images;

        /// <summary>|confidence − accuracy| of the bins, weighted by their images, in percentage points.</summary>
        public double Error => 100 * confidence.Zip(right, (sure, hits) => Math.Abs(sure - hits)).Sum() / images;

        /// <summary>Images whose best class is theirs, in percent.</summary>
        public double Right => 100 * right.Sum() / images;

        public void Add(ReadOnlySpan<float> row, int label, double temperature)
        {
            var (at, sure) = Best(row, temperature);
            int bin = Math.Min((int)(Bins * sure), Bins - 1);
            confidence[bin] += sure;
            right[bin] += at == label ? 1 : 0;
            images++;
        }
    }
}
