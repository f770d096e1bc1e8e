using System.Globalization;
using Heliograph.Statistics;

namespace Heliograph.Channels;

/// <summary>
/// <c>clip:DB</c>: a transmitter that cannot send more than DB above its mean power. A complex sample beyond that keeps its phase and is clipped in size; what
/// is lost is not restored. Noise is added.
/// </summary>
/// <param name="PaprDb">The maximum power of a sample relative to the mean power of all, in dB.</param>
public sealed record ClippingChannel(double PaprDb) : IChannel
{
    /// <summary>The largest size of a complex sample; its mean power is 2, 1 of each symbol.</summary>
    public double Largest => Math.Sqrt(2 * Math.Pow(10, PaprDb / 10));

    /// <inheritdoc/>
    public void Transmit(Span<float> symbols, Snr snr, RandomStream random)
    {
        double noise = snr.NoiseDeviation;
        for (int i = 0; i < symbols.Length; i += 2)
        {
            double a = symbols[i], b = i + 1 < symbols.Length ? symbols[i + 1] : 0, size = Math.Sqrt(a * a + b * b), gain = size > Largest ? Largest / size : 1;
            symbols[i] = (float)(gain * a + noise * random.NextGaussian());
            if (i + 1 < symbols.Length)
                symbols[i + 1] = (float)(gain * b + noise * random.NextGaussian());
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"clip:{PaprDb}");
}
