using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Channels;

/// <summary><see cref="TiledJpeg"/> as tensors: the values that arrive, and the gradient as if they had not been changed (straight through), as BottleNet is trained.</summary>
sealed class DifferentiableTiledJpeg(TiledJpeg codec) : DifferentiableChannel
{
    private protected override Tensor Receive(Tensor symbols, NoiseLevel noise)
    {
        float[] values = Tensors.ToArray(symbols);
        int count = (int)symbols.shape[1];
        Parallel.For(0, (int)symbols.shape[0], new() { MaxDegreeOfParallelism = get_num_threads() }, image => codec.Carry(values.AsSpan(image * count, count)));
        using var arrived = Tensors.FromSpan<float>(values, symbols.shape, ScalarType.Float32);
        // The difference is zero, and so adds the gradient and nothing else.
        return arrived.to(symbols.device) + (symbols - symbols.detach());
    }
}
