using CsCheck;
using Heliograph.Networks;

namespace Heliograph.Tests.Encoding;

/// <summary>Random chains of every layer that the encoder runs, with odd channel counts and odd map sizes.</summary>
static class SampledChains
{
    public static readonly Gen<Network> Network =
        Gen.Select(Gen.Int[0, 12].Array[1, 7], Gen.Int[1, 37].Array[7], Gen.Int[1, 5], Gen.Int[1, 21], Gen.Int[1, 21])
            .Select((kinds, numbers, channels, height, width) => Chain(kinds, numbers, new Shape(channels, height, width)));

    static Network Chain(int[] kinds, int[] numbers, Shape input)
    {
        var layers = new List<Layer>();
        var network = new Network(input, layers);
        for (int i = 0; i < kinds.Length; i++)
        {
            string[] from = [network.OutputName];
            var map = network.Output;
            int n = numbers[i];
            var layer = Layer($"layer{i}", from, kinds[i], n, map);
            layers.Add(layer);
            if (layer is Convolution && n % 3 > 0)
                layers.Add(new Relu($"relu{i}", [layer.Name]));
            network = new Network(input, layers);
            if (layer is Convolution && n % 3 == 1 && network.Output is { Height: > 1, Width: > 1 })
                layers.Add(new MaxPool($"pool{i}", [network.OutputName]));
            network = new Network(input, layers);
        }
        return network;
    }

    static Layer Layer(string name, string[] from, int kind, int n, Shape map) => kind switch
    {
        0 => new Convolution(name, from, n, Stride: 2),
        1 when map.Height > 2 && map.Width > 2 => new Convolution(name, from, n, Kernel: 3, Padding: n % 3),
        2 => new Convolution(name, from, n, Kernel: 1, Stride: 1 + n % 2, Padding: 0),
        3 => new Convolution(name, from, n, Kernel: 5, Stride: 1 + n % 3, Padding: 2),
        4 => new Relu(name, from),
        5 => new PRelu(name, from),
        6 => new Gdn(name, from, Inverse: n % 2 == 0),
        7 when map.Height > 2 && map.Width > 2 => new MaxPool(name, from, 2 + n % 2),
        8 => new PowerNormalization(name, from),
        9 when n % 2 == 0 => new Flatten(name, from),
        9 => new Reshape(name, from, map.Channels, map.Width, map.Height),
        10 when map.IsVector => new Linear(name, from, n),
        _ => new Convolution(name, from, n),
    };
}
