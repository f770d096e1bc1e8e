using Heliograph.Statistics;

namespace Heliograph.Channels;

/// <summary>
/// What happens to one image's symbols on their way to the edge: a record of parameters, with one text form (<see cref="ChannelCatalogue"/>). Two
/// successive symbols are the in-phase and quadrature parts of one complex sample. Noise at the SNR is added after the mean gain of 1.
/// </summary>
public interface IChannel
{
    /// <summary>Changes the symbols of one image in place into what the edge receives.</summary>
    /// <param name="symbols">B real symbols of mean power 1.</param>
    /// <param name="snr">P/σ² per real symbol, with P = 1 (docs/snr.md).</param>
    /// <param name="random">The source of noise and gains.</param>
    void Transmit(Span<float> symbols, Snr snr, RandomStream random);
}
