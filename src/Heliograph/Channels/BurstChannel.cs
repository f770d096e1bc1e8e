using System.Globalization;
using Heliograph.Statistics;

namespace Heliograph.Channels;

/// <summary>
/// <c>burst:RATE</c>: besides noise, bursts from an interferer. At each symbol one begins with probability RATE, and adds Gaussian noise of its own
/// power to <paramref name="Length"/> symbols; overlapping bursts count once.
/// </summary>
/// <param name="Rate">Probability that a burst begins at a symbol, in [0, 1].</param>
/// <param name="Length">Symbols that it lasts (<c>length=</c>).</param>
/// <param name="InrDb">Its power over the mean power of a symbol, in dB (<c>power=</c>).</param>
public sealed record BurstChannel(double Rate, int Length, double InrDb) : IChannel
{
    /// <summary>Standard deviation of a burst's noise.</summary>
    public double Deviation => Math.Pow(10, InrDb / 20);

    /// <inheritdoc/>
    public void Transmit(Span<float> symbols, Snr snr, RandomStream random)
    {
        double noise = snr.NoiseDeviation;
        int left = 0;
        foreach (ref float symbol in symbols)
        {
            left = random.NextDouble() < Rate ? Length : left - 1;
            double value = symbol + noise * random.NextGaussian();
            symbol = (float)(left > 0 ? value + Deviation * random.NextGaussian() : value);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"burst:{Rate},length={Length},power={InrDb}");
}
