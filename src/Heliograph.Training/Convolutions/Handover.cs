using static TorchSharp.torch;

namespace Heliograph.Training.Convolutions;

/// <summary>
/// Gives back the gradients of functions of our own as soon as the graph has them. TorchSharp would keep all of them to the end of the step: maps of
/// every layer.
/// </summary>
static class Handover
{
    [ThreadStatic]
    static Tensor?[]? earlier;

    /// <summary>Called at the end of a backward pass, inside of its dispose scope.</summary>
    /// <param name="used">The gradient that came in.</param>
    /// <param name="results">Those that go out: disposed when the next function hands its own over, by when the graph has taken them.</param>
    public static void Pass(Tensor used, params Tensor?[] results)
    {
        foreach (var result in results)
            result?.MoveToOuterDisposeScope();
        used.Dispose();
        foreach (var result in earlier ?? [])
            result?.Dispose();
        earlier = results;
    }
}
