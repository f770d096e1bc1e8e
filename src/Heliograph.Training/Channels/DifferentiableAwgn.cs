using static TorchSharp.torch;

namespace Heliograph.Training.Channels;

/// <summary>y = x + z, z ~ N(0, σ²), σ² = 1/SNR (section 2.1 of the paper).</summary>
sealed class DifferentiableAwgn : DifferentiableChannel
{
    private protected override Tensor Receive(Tensor symbols, NoiseLevel noise) => noise.AddTo(symbols);
}
