using Heliograph.Networks;
using Heliograph.Pairs;

namespace Heliograph.Edge.Tests;

/// <summary>Pair folders with random weights: narrow VGG11s, made in code.</summary>
static class EdgePairs
{
    /// <summary>Writes a pair into a folder of that name.</summary>
    public static Pair Write(string root, string name, ulong seed = 1, int code = 3, int classes = 10, string splitPoint = "pool3", double width = 0.0625)
    {
        var split = Vgg.Build(11, classes, (3, 32, 32), width).SplitAt(splitPoint);
        var device = split.Device.Then(JointCode.Encoder(split.Device.Output, code));
        var edge = JointCode.Decoder(split.Device.Output, code).Then(split.Edge);
        var (foldedDevice, deviceWeights) = Folding.Fold(device, Drawn.Weights(device, seed));
        var (foldedEdge, edgeWeights) = Folding.Fold(edge, Drawn.Weights(edge, seed + 1000));
        return PairFolder.Write(Path.Combine(root, name), new PairDescription
        {
            Name = name,
            Split = splitPoint,
            Symbols = device.Output.Elements,
            Channel = new("awgn", 10, 10),
            Classes = [.. Enumerable.Range(0, classes).Select(i => $"class \"{i}\"")],
            Normalisation = new([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]),
            Device = foldedDevice,
            Edge = foldedEdge,
        }, deviceWeights, edgeWeights);
    }

    /// <summary>n vectors of mean power 1.</summary>
    public static float[] Symbols(Pair pair, int n, ulong seed)
    {
        int b = pair.Description.Symbols;
        float[] symbols = Drawn.Normal(n * b, seed);
        for (int i = 0; i < n; i++)
        {
            var row = symbols.AsSpan(i * b, b);
            float scale = MathF.Sqrt(b / System.Numerics.Tensors.TensorPrimitives.SumOfSquares<float>(row));
            System.Numerics.Tensors.TensorPrimitives.Multiply(row, scale, row);
        }
        return symbols;
    }

    /// <summary>The independent truth: the logits by plain loops.</summary>
    public static double[] Logits(Pair pair, float[] symbols) => Drawn.Output(pair.Edge.Network, pair.Edge.Weights, symbols);
}
