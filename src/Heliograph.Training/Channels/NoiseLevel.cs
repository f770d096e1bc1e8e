using Heliograph.Channels;
using static TorchSharp.torch;

namespace Heliograph.Training.Channels;

/// <summary>The noise of a batch: one SNR for all images, or one for each.</summary>
sealed class NoiseLevel
{
    readonly Tensor? deviations;
    readonly IReadOnlyList<Snr> snrs;

    /// <param name="symbols">[N, B].</param>
    /// <param name="snrs">One or N.</param>
    public NoiseLevel(Tensor symbols, IReadOnlyList<Snr> snrs)
    {
        if (snrs.Count != 1 && snrs.Count != symbols.shape[0])
            throw new ArgumentException($"{snrs.Count} SNRs for {symbols.shape[0]} images", nameof(snrs));
        this.snrs = snrs;
        deviations = snrs.Count == 1 ? null : Column(symbols, snr => snr.NoiseDeviation);
    }

    /// <summary>Adds the noise.</summary>
    public Tensor AddTo(Tensor symbols)
    {
        var noise = randn(symbols.shape).to(symbols.device);
        return deviations is null ? symbols.add(noise, snrs[0].NoiseDeviation) : symbols + noise * deviations;
    }

    /// <summary>A value of each image's SNR, [N, 1], or [1, 1] where all have one.</summary>
    public Tensor Column(Tensor like, Func<Snr, double> value) =>
        tensor([.. snrs.Select(snr => (float)value(snr))]).reshape(snrs.Count, 1).to(like.device);
}
