using Heliograph.Channels;
using static TorchSharp.torch;

namespace Heliograph.Training.Channels;

/// <summary><see cref="PhaseChannel"/> as tensors.</summary>
sealed class DifferentiablePhase(PhaseChannel channel) : DifferentiableChannel
{
    private protected override Tensor Receive(Tensor symbols, NoiseLevel noise)
    {
        var (a, b) = Samples.Of(symbols);
        var angle = ((rand([symbols.shape[0], 1]) * 2 - 1) * channel.MostRadians).to(symbols.device);
        Tensor cos = angle.cos(), sin = angle.sin();
        return Samples.Symbols(noise.AddTo(cos * a - sin * b), noise.AddTo(cos * b + sin * a), symbols.shape[1]);
    }
}
