using Heliograph.Networks;

namespace Heliograph.Onnx.Tests;

/// <summary>Whole device and edge halves, as they are trained and as they are exported (batch norms folded).</summary>
public sealed class HalvesTests
{
    [Theory]
    [InlineData("pool1", 0.4)]
    [InlineData("pool2", 0.4)]
    [InlineData("pool3", 0.4)]
    [InlineData("pool4", 0.4)]
    [InlineData("pool5", 0.4)]
    [InlineData("pool1", 0)]
    [InlineData("pool5", 0)]
    public void OnnxRuntime_computes_both_halves(string splitPoint, double ratio)
    {
        var halves = Halves.Of(splitPoint, ratio);
        Check(halves.Device, OnnxOptions.Device);
        Check(halves.Edge, OnnxOptions.Edge);
    }

    [Fact]
    public void Maps_that_are_not_a_power_of_two_are_cut_and_restored()
    {
        var halves = Halves.Of("pool4", 0.3, input: (3, 56, 40)); // 3×2 maps at the cut, 2×1 symbols a channel
        Check(halves.Device, OnnxOptions.Device);
        Check(halves.Edge, OnnxOptions.Edge);
    }

    static void Check(Network network, OnnxOptions options)
    {
        var weights = Drawn.Weights(network, 3);
        var folded = Folding.Fold(network, weights);
        using var plain = new OrtGraph(OnnxExport.Bytes(network, weights, options));
        using var exported = new OrtGraph(OnnxExport.Bytes(folded.Network, folded.Weights, options));
        foreach (int batch in new[] { 1, 5 })
        {
            float[] images = Drawn.Normal(batch * network.Input.Elements, 5);
            double[] truth = Drawn.Output(network, weights, images);
            Drawn.AssertClose(truth, plain.Run(images), 1e-4);
            Drawn.AssertClose(truth, exported.Run(images), 1e-4);
        }
    }
}
