using System.Globalization;

namespace Heliograph.Channels;

/// <summary>
/// A signal-to-noise ratio under the one convention of this project (docs/snr.md, section 2.1 of the paper): symbols are real, each
/// image's symbol vector has mean power P = 1, and SNR = P/σ², where σ² is the variance of the noise on one real symbol.
/// </summary>
/// <param name="Ratio">P/σ² as a plain ratio, above 0; infinite for a channel without noise.</param>
public readonly record struct Snr(double Ratio)
{
    /// <summary>A channel without noise.</summary>
    public static Snr Infinite { get; } = new(double.PositiveInfinity);

    /// <summary>10^(decibels/10).</summary>
    public static Snr FromDecibels(double decibels) => new(Math.Pow(10, decibels / 10));

    /// <summary>10·log₁₀ of the ratio.</summary>
    public double Decibels => 10 * Math.Log10(Ratio);

    /// <summary>σ² of the noise on one real symbol when the mean signal power is 1.</summary>
    public double NoiseVariance => 1 / Ratio;

    /// <summary>σ, the standard deviation of the noise on one real symbol when the mean signal power is 1.</summary>
    public double NoiseDeviation => Math.Sqrt(NoiseVariance);

    /// <summary>Shannon's capacity of the real AWGN channel, C = ½·log₂(1 + P/σ²), in bits per real symbol (section 2.1).</summary>
    public double Capacity => 0.5 * Math.Log2(1 + Ratio);

    /// <summary>For instance <c>14.5 dB</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Decibels:0.##} dB");
}
