using System.Globalization;
using Heliograph.Statistics;

namespace Heliograph.Channels;

/// <summary><c>phase:DEGREES</c>: all samples of an image are rotated by one angle that the receiver does not know, uniform between ±DEGREES; noise is added.</summary>
/// <param name="MostDegrees">In [0, 180].</param>
public sealed record PhaseChannel(double MostDegrees) : IChannel
{
    /// <summary>The largest angle in radians.</summary>
    public double MostRadians => MostDegrees * Math.PI / 180;

    /// <inheritdoc/>
    public void Transmit(Span<float> symbols, Snr snr, RandomStream random)
    {
        var (sin, cos) = Math.SinCos(MostRadians * (2 * random.NextDouble() - 1));
        double noise = snr.NoiseDeviation;
        for (int i = 0; i < symbols.Length; i += 2)
        {
            double a = symbols[i], b = i + 1 < symbols.Length ? symbols[i + 1] : 0;
            symbols[i] = (float)(cos * a - sin * b + noise * random.NextGaussian());
            if (i + 1 < symbols.Length)
                symbols[i + 1] = (float)(cos * b + sin * a + noise * random.NextGaussian());
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"phase:{MostDegrees}");
}
