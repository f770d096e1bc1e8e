using Heliograph.Channels;
using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Channels;

/// <summary><see cref="BurstChannel"/> as tensors.</summary>
sealed class DifferentiableBurst(BurstChannel channel) : DifferentiableChannel
{
    private protected override Tensor Receive(Tensor symbols, NoiseLevel noise)
    {
        var begins = rand(symbols.shape).lt(channel.Rate).to(ScalarType.Float32);
        // A symbol is hit where one of the last so many began a burst.
        long length = Math.Min(channel.Length, symbols.shape[1]);
        var hit = F.max_pool1d(F.pad(begins, [length - 1, 0]).unsqueeze(1), length, stride: 1).squeeze(1);
        return noise.AddTo(symbols) + (hit * randn(symbols.shape) * channel.Deviation).to(symbols.device);
    }
}
