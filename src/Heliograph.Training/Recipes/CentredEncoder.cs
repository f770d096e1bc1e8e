using Heliograph.Experiments;
using Heliograph.Networks;
using Heliograph.Training.Modules;
using static TorchSharp.torch;

namespace Heliograph.Training.Recipes;

/// <summary>First weights of an encoder whose symbols have no mean over the images.</summary>
static class CentredEncoder
{
    const int Images = 1000, Batch = 250;

    /// <summary>The first weights with other biases and slopes.</summary>
    /// <param name="encoder">With its first weights; its first convolution has a bias.</param>
    /// <param name="data">The maps; the mean is that of the first thousand images.</param>
    /// <param name="device">Where to compute.</param>
    public static Weights Begin(Model encoder, AutoencoderData data, Device device)
    {
        var convolution = encoder.Network.Layers.OfType<Convolution>().First();
        var front = new Network(encoder.Network.Input, encoder.Network.Layers.TakeWhile(layer => layer != convolution).Append(convolution));
        using var module = new NetworkModule(front, encoder.Weights, device, Precision.Fp32, trainable: false);
        using var noGrad = inference_mode();
        double[] sums = new double[convolution.Filters];
        int count = Math.Min(Images, data.Count);
        foreach (int[] rows in Enumerable.Range(0, count).Chunk(Batch))
        {
            using var scope = NewDisposeScope();
            // The means over the maps of these images, added up.
            float[] means = Tensors.ToArray(module.Forward(data.Maps(rows, device), training: false).mean([2, 3]).sum([0]));
            for (int filter = 0; filter < sums.Length; filter++)
                sums[filter] += means[filter];
        }
        string bias = $"{convolution.Name}.bias";
        var weights = encoder.Weights.With(bias, new(encoder.Weights[bias].Shape, [.. encoder.Weights[bias].Values.Select((value, filter) => (float)(value - sums[filter] / count))]));
        return encoder.Network.Layers.OfType<PRelu>().Select(layer => $"{layer.Name}.weight")
            .Aggregate(weights, (all, slopes) => all.With(slopes, new(all[slopes].Shape, [.. all[slopes].Values.Select(_ => 1f)])));
    }
}
