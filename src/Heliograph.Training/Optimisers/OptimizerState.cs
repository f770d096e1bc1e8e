using Heliograph.Networks;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Optimisers;

/// <summary>Tensors of an optimiser to a checkpoint and back.</summary>
static class OptimizerState
{
    /// <summary>An array of the checkpoint.</summary>
    public static ArraySource Source(string name, Tensor tensor) => new(name, [.. tensor.shape.Select(n => (int)n)], () => Tensors.ToArray(tensor));

    /// <summary>Takes an array back into a tensor.</summary>
    /// <exception cref="InvalidDataException">It is missing or of another size.</exception>
    public static void Restore(Weights state, string name, Tensor into)
    {
        if (!state.TryGetValue(name, out var array) || array.Length != into.numel())
            throw new InvalidDataException($"the checkpoint has no matching optimiser state for '{name}'; it was made with another optimiser");
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        into.copy_(tensor(array.Values, into.shape));
    }
}
