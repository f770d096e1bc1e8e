using Heliograph.Channels;
using Heliograph.Statistics;

namespace Heliograph.Training.Measuring;

/// <summary>A channel whose noise on an image is a function of the seed, the SNR, the draw and the image's place in its set.</summary>
sealed class NoisyChannel(IChannel channel, ulong seed)
{
    /// <summary>Sends symbols, which become what is received; without noise they stay.</summary>
    /// <param name="symbols">Of mean power one.</param>
    /// <param name="snr">In the convention of docs/snr.md.</param>
    /// <param name="draw">From 0 on.</param>
    /// <param name="image">Its place.</param>
    /// <param name="layer">Of an image that is sent in several transmissions; 0 for the first.</param>
    public void Transmit(Span<float> symbols, Snr snr, int draw, int image, int layer = 0)
    {
        if (double.IsPositiveInfinity(snr.Ratio))
            return;
        string stream = FormattableString.Invariant($"evaluation.{snr.Decibels:0.###}") + (layer == 0 ? "" : FormattableString.Invariant($".{layer}"));
        channel.Transmit(symbols, snr, new RandomStream(seed, stream, draw, image));
    }
}
