using CsCheck;
using Heliograph.Networks;

namespace Heliograph.Tests.Networks;

/// <summary>Random things for property tests.</summary>
static class Sampled
{
    /// <summary>Chains of convolutions, norms, activations and poolings that fit together.</summary>
    public static readonly Gen<Network> Network =
        Gen.Select(Gen.Int[0, 7].Array[1, 10], Gen.Int[1, 6].Array[10], Gen.Int[1, 3], Gen.Int[5, 20], Gen.Int[5, 20])
            .Select((kinds, numbers, channels, height, width) => Chain(kinds, numbers, new Shape(channels, height, width)));

    static Network Chain(int[] kinds, int[] numbers, Shape input)
    {
        var layers = new List<Layer>();
        var network = new Network(input, layers);
        for (int i = 0; i < kinds.Length; i++)
        {
            string name = $"layer{i}";
            string[] from = [network.OutputName];
            var map = network.Output;
            layers.Add(kinds[i] switch
            {
                0 => new Convolution(name, from, numbers[i]),
                1 => new Convolution(name, from, numbers[i], Kernel: 1, Stride: 2, Padding: 0),
                2 => new BatchNorm(name, from),
                3 => new Relu(name, from),
                4 => new PRelu(name, from),
                5 => new Gdn(name, from, Inverse: numbers[i] % 2 == 0),
                6 when map.Height > 1 && map.Width > 1 => new MaxPool(name, from),
                7 => new Upsample(name, from, map.Height + numbers[i], map.Width + 1),
                _ => new Dropout(name, from, 0.5f),
            });
            network = new Network(input, layers);
        }
        return network;
    }
}
