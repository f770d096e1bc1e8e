using Heliograph.Channels;
using static TorchSharp.torch;

namespace Heliograph.Training.Channels;

/// <summary><see cref="ErasureChannel"/> as tensors.</summary>
sealed class DifferentiableErasure(ErasureChannel channel) : DifferentiableChannel
{
    private protected override Tensor Receive(Tensor symbols, NoiseLevel noise) =>
        noise.AddTo(symbols) * rand(symbols.shape).ge(channel.Probability).to(symbols.dtype).to(symbols.device);
}
