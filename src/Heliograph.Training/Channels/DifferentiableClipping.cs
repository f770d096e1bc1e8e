using Heliograph.Channels;
using static TorchSharp.torch;

namespace Heliograph.Training.Channels;

/// <summary><see cref="ClippingChannel"/> as tensors.</summary>
sealed class DifferentiableClipping(ClippingChannel channel) : DifferentiableChannel
{
    private protected override Tensor Receive(Tensor symbols, NoiseLevel noise)
    {
        var (a, b) = Samples.Of(symbols);
        // At 0 the square root has no gradient; there nothing is clipped.
        var gain = (channel.Largest / (a.square() + b.square()).clamp_min(1e-12).sqrt()).clamp_max(1);
        return Samples.Symbols(noise.AddTo(gain * a), noise.AddTo(gain * b), symbols.shape[1]);
    }
}
