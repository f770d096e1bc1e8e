using Heliograph.Networks;
using Heliograph.Training.Data;

namespace Heliograph.Training.Measuring;

/// <summary>How a code spends its power: what does not depend on the image tells the edge nothing.</summary>
static class CodePower
{
    const int MostImages = 2000;

    /// <summary>
    /// Share of the symbols' power that lies in their mean over the images, ‖mean‖²/B, in [0, 1]; free of the bias that so few images have.
    /// </summary>
    /// <param name="symbols">Image after image, each of mean power 1.</param>
    /// <param name="images">Number of images, at least 2.</param>
    public static double ConstantShare(ReadOnlySpan<float> symbols, int images)
    {
        int count = symbols.Length / images;
        double power = 0;
        for (int symbol = 0; symbol < count; symbol++)
        {
            double sum = 0;
            for (int image = 0; image < images; image++)
                sum += symbols[image * count + symbol];
            power += sum / images * (sum / images) / count;
        }
        // The mean of n images has of the varying part 1/n.
        return Math.Clamp((images * power - 1) / (images - 1), 0, 1);
    }

    /// <summary>Where symbols have mean power 1 the share, else their mean power; for people, on some images of a set.</summary>
    public static string Note(Evaluator evaluator, Model deviceHalf, ImageSet images)
    {
        bool isNormalised = deviceHalf.Network.Layers[^1] is PowerNormalization;
        if (isNormalised && images.Count < 2)
            return "the share of the power in a constant needs at least 2 images";
        var some = images.Take(MostImages, seed: 1);
        float[] symbols = evaluator.Encode(deviceHalf, some);
        if (isNormalised)
            return FormattableString.Invariant($"{100 * ConstantShare(symbols, some.Count):0.0} % of the power in a constant");
        double power = symbols.Average(symbol => (double)symbol * symbol);
        return FormattableString.Invariant($"mean power {power:0.000} of the peak's: the SNR is {-10 * Math.Log10(power):0.0} dB below that of the peak");
    }
}
