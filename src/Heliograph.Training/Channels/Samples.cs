using static TorchSharp.torch;
using F = TorchSharp.torch.nn.functional;

namespace Heliograph.Training.Channels;

/// <summary>Real symbols as complex samples: two successive ones are a sample's real and imaginary part.</summary>
static class Samples
{
    /// <summary>[N, B] as parts of [N, ⌈B/2⌉]; an odd number ends with nothing beside the last.</summary>
    public static (Tensor Re, Tensor Im) Of(Tensor symbols)
    {
        var even = symbols.shape[1] % 2 == 0 ? symbols : F.pad(symbols, [0, 1]);
        var pairs = even.reshape(symbols.shape[0], -1, 2);
        return (pairs.select(2, 0), pairs.select(2, 1));
    }

    /// <summary>The inverse, with so many symbols.</summary>
    public static Tensor Symbols(Tensor re, Tensor im, long count) => stack([re, im], dim: 2).flatten(1).narrow(1, 0, count);
}
