namespace Heliograph.Channels;

/// <summary>What happens to one image's symbols on their way to the edge.</summary>
public interface IChannel
{
    /// <summary>Changes the symbols of one image in place into what the edge receives.</summary>
    /// <param name="symbols">B real symbols of mean power 1.</param>
    /// <param name="snr">P/σ² per real symbol, with P = 1 (docs/snr.md).</param>
    /// <param name="random">Where the noise comes from.</param>
    void Transmit(Span<float> symbols, Snr snr, RandomStream random);
}

/// <summary>Additive white Gaussian noise: y = x + z, z ~ N(0, σ²), σ² = 1/SNR (section 2.1 of the paper).</summary>
public sealed class AwgnChannel : IChannel
{
    /// <inheritdoc/>
    public void Transmit(Span<float> symbols, Snr snr, RandomStream random)
    {
        double deviation = snr.NoiseDeviation;
        foreach (ref float symbol in symbols)
            symbol += (float)(deviation * random.NextGaussian());
    }
}
