using Heliograph.Channels;
using Heliograph.Networks;
using Heliograph.Training.Data;

namespace Heliograph.Training.Measuring;

/// <summary>
/// What a device half makes of all images of a set, image after image. If its encoder knows the SNR which the edge last reported, it is told the channel's, as if the report were fresh; the images
/// are then encoded once for all SNRs that it does not tell apart.
/// </summary>
sealed class SetCode(Evaluator evaluator, Model deviceHalf, ImageSet images)
{
    readonly SnrTable? table = Folding.Folded(deviceHalf.Network).Layers.OfType<SnrTable>().FirstOrDefault();
    readonly Dictionary<int, float[]> codes = [];

    public float[] At(Snr snr)
    {
        int row = table?.RowOf(snr) ?? 0;
        if (!codes.TryGetValue(row, out var code))
            codes[row] = code = evaluator.Encode(deviceHalf, images, snr);
        return code;
    }
}
