using Heliograph.Statistics;

namespace Heliograph.Channels;

/// <summary><c>awgn</c>: additive white Gaussian noise, y = x + z, z ~ N(0, σ²), σ² = 1/SNR (section 2.1 of the paper).</summary>
public sealed record AwgnChannel : IChannel
{
    /// <inheritdoc/>
    public void Transmit(Span<float> symbols, Snr snr, RandomStream random)
    {
        double deviation = snr.NoiseDeviation;
        foreach (ref float symbol in symbols)
            symbol += (float)(deviation * random.NextGaussian());
    }

    /// <inheritdoc/>
    public override string ToString() => "awgn";
}
