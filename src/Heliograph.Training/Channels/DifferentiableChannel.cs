using Heliograph.Channels;
using static TorchSharp.torch;

namespace Heliograph.Training.Channels;

/// <summary>
/// A channel as part of the training graph. Each draws its noise and gains from libtorch's generator, on the processor, so that a seed gives the same on
/// every device; the training loop reseeds it for every batch.
/// </summary>
public abstract class DifferentiableChannel
{
    /// <summary>What the edge receives, differentiable in the symbols.</summary>
    /// <param name="symbols">[N, B], each row of mean power 1.</param>
    /// <param name="snrs">P/σ² per real symbol, with P = 1 (docs/snr.md): one for all images, or one for each.</param>
    public Tensor Transmit(Tensor symbols, params IReadOnlyList<Snr> snrs)
    {
        using var scope = NewDisposeScope();
        return Receive(symbols, new(symbols, snrs)).MoveToOuterDisposeScope();
    }

    /// <summary>The same channel as tensors.</summary>
    /// <exception cref="UsageException">It cannot be trained through; the message names it.</exception>
    public static DifferentiableChannel Of(IChannel channel) => channel switch
    {
        AwgnChannel => new DifferentiableAwgn(),
        FadingChannel fading => new DifferentiableFading(fading),
        ErasureChannel erasure => new DifferentiableErasure(erasure),
        PhaseChannel phase => new DifferentiablePhase(phase),
        ClippingChannel clipping => new DifferentiableClipping(clipping),
        BurstChannel burst => new DifferentiableBurst(burst),
        TiledJpeg codec => new DifferentiableTiledJpeg(codec),
        _ => throw new UsageException($"the trainer cannot compute channel '{channel}'"),
    };

    private protected abstract Tensor Receive(Tensor symbols, NoiseLevel noise);
}
