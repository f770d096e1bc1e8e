using Heliograph.Networks;
using Heliograph.Statistics;

namespace Heliograph.Tests.Runtime;

/// <summary>Random chains of every layer that the encoder runs, with odd channel counts and odd map sizes.</summary>
static class SampledChains
{
    /// <summary>The chain of a seed, the same on every machine: a test that failed once fails again.</summary>
    public static Network Of(ulong seed)
    {
        var random = new RandomStream(seed, "chain");
        int Between(int least, int most) => least + random.NextInt(most - least + 1);
        int length = Between(1, 7);
        int[] kinds = [.. Enumerable.Range(0, length).Select(_ => Between(0, 12))], numbers = [.. Enumerable.Range(0, length).Select(_ => Between(1, 37))];
        return Chain(kinds, numbers, new Shape(Between(1, 5), Between(1, 21), Between(1, 21)));
    }

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
        11 => new Sigmoid(name, from),
        _ => new Convolution(name, from, n),
    };
}
