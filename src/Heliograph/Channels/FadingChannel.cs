using System.Globalization;
using Heliograph.Statistics;

namespace Heliograph.Channels;

/// <summary>
/// <c>rayleigh</c> or <c>rician:K</c>: a random complex gain h with E|h|² = 1 on the complex samples, y = h·x + z. Rayleigh's is CN(0, 1); Rician's has
/// a constant part K times as strong as the random one. A gain applies to <paramref name="Block"/> samples, or to a whole image.
/// </summary>
/// <param name="KDb">Rice's factor K in dB; negative infinity for Rayleigh.</param>
/// <param name="Block">Complex samples that share a gain (<c>block=</c>); 0 for a whole image.</param>
/// <param name="KnownToReceiver">
/// True (<c>csi=receiver</c>) if the receiver knows each gain and equalises with the least mean square error, x̂ = h*·y / (|h|² + 1/SNR); false
/// (<c>csi=none</c>) if it uses what arrives unchanged.
/// </param>
public sealed record FadingChannel(double KDb, int Block, bool KnownToReceiver) : IChannel
{
    /// <summary>The constant part of the gain.</summary>
    public double Constant => double.IsNegativeInfinity(KDb) ? 0 : Math.Sqrt(K / (K + 1));

    /// <summary>Standard deviation of the real and of the imaginary part of the random one.</summary>
    public double Deviation => Math.Sqrt(0.5 / (K + 1));

    double K => Math.Pow(10, KDb / 10);

    /// <inheritdoc/>
    public void Transmit(Span<float> symbols, Snr snr, RandomStream random)
    {
        double noise = snr.NoiseDeviation, re = 0, im = 0;
        for (int i = 0; i < symbols.Length; i += 2)
        {
            if (Block == 0 ? i == 0 : i / 2 % Block == 0)
                (re, im) = (Constant + Deviation * random.NextGaussian(), Deviation * random.NextGaussian());
            // The last of an odd number of symbols is sent alone.
            double a = symbols[i], b = i + 1 < symbols.Length ? symbols[i + 1] : 0;
            double c = re * a - im * b + noise * random.NextGaussian(), d = re * b + im * a + noise * random.NextGaussian();
            if (KnownToReceiver)
            {
                double power = re * re + im * im + snr.NoiseVariance;
                (c, d) = ((re * c + im * d) / power, (re * d - im * c) / power);
            }
            symbols[i] = (float)c;
            if (i + 1 < symbols.Length)
                symbols[i + 1] = (float)d;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{(double.IsNegativeInfinity(KDb) ? "rayleigh:" : $"rician:{KDb},")}block={Block},csi={(KnownToReceiver ? "receiver" : "none")}");
}
