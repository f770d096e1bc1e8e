using System.Globalization;
using Heliograph.Statistics;

namespace Heliograph.Channels;

/// <summary><c>erasure:P</c>: each symbol is lost with probability P, which the receiver knows and reads as 0; noise is added to the others.</summary>
/// <param name="Probability">P, in [0, 1].</param>
public sealed record ErasureChannel(double Probability) : IChannel
{
    /// <inheritdoc/>
    public void Transmit(Span<float> symbols, Snr snr, RandomStream random)
    {
        double deviation = snr.NoiseDeviation;
        foreach (ref float symbol in symbols)
            symbol = random.NextDouble() < Probability ? 0 : (float)(symbol + deviation * random.NextGaussian());
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"erasure:{Probability}");
}
