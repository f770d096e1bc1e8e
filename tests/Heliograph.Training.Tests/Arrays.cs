using Heliograph.Experiments;
using Heliograph.Networks;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Tests;

/// <summary>The way from arrays to tensors and back.</summary>
static class Arrays
{
    public static float[] ToArray(Tensor t) => t.detach().to(ScalarType.Float32).cpu().contiguous().data<float>().ToArray();

    public static Tensor Images(float[] values, Shape shape) => shape.IsVector
        ? tensor(values, [values.Length / shape.Elements, shape.Elements])
        : tensor(values, [values.Length / shape.Elements, shape.Channels, shape.Height, shape.Width]);

    public static NetworkModule Module(Network network, Weights weights, bool trainable = true, Precision precision = Precision.Fp32) =>
        new(network, weights, CPU, precision, trainable);

    /// <summary>The trainer's output for a batch, in evaluation mode.</summary>
    public static float[] Forward(Network network, Weights weights, float[] images, bool trainable = false, Precision precision = Precision.Fp32)
    {
        using var scope = NewDisposeScope();
        using var module = Module(network, weights, trainable, precision);
        return ToArray(module.Forward(Images(images, network.Input), training: false));
    }
}
