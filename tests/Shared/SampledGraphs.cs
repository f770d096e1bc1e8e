using Heliograph.Networks;
using Heliograph.Statistics;

namespace Heliograph.Tests.Shared;

/// <summary>Random networks with branches, additions, depthwise convolutions and poolings, the same for a seed on every machine.</summary>
static class SampledGraphs
{
    /// <summary>The network of a seed; it ends in a classifier of 4 classes.</summary>
    public static Network Of(ulong seed)
    {
        var random = new RandomStream(seed, "graph");
        int Between(int least, int most) => least + random.NextInt(most - least + 1);
        var input = new Shape(Between(1, 4), Between(5, 12), Between(5, 12));
        var layers = new List<Layer>();
        var shapes = new Dictionary<string, Shape> { [Network.InputName] = input };
        string last = Network.InputName;

        void Add(Layer layer)
        {
            layers.Add(layer);
            shapes[layer.Name] = layer.Output([.. layer.Inputs.Select(name => shapes[name])]);
            last = layer.Name;
        }

        Add(new Convolution("stem", [last], Between(3, 9)));
        int count = Between(4, 14);
        for (int i = 0; i < count; i++)
        {
            // Mostly the end, sometimes a branch from further back.
            string from = Between(0, 3) > 0 ? last : layers[random.NextInt(layers.Count)].Name;
            var map = shapes[from];
            bool large = map.Height > 3 && map.Width > 3;
            string[] alike = [.. shapes.Where(other => other.Value == map && other.Key != from && other.Key != Network.InputName).Select(other => other.Key)];
            Add(Between(0, 11) switch
            {
                0 => new Convolution($"l{i}", [from], map.Channels, Bias: false),
                1 => new Convolution($"l{i}", [from], Between(2, 9), Kernel: 1, Padding: 0),
                2 when large => new Convolution($"l{i}", [from], Between(2, 9), Stride: 2),
                3 when map.Channels > 1 => new Convolution($"l{i}", [from], map.Channels, Kernel: large ? 5 : 3, Stride: Between(1, 2), Padding: large ? Between(1, 2) : 1, Groups: map.Channels),
                4 => new BatchNorm($"l{i}", [from]),
                5 => new Relu($"l{i}", [from]),
                6 => new Relu6($"l{i}", [from]),
                7 when large => new MaxPool($"l{i}", [from], 3, 2, 1),
                7 when map.Height > 1 && map.Width > 1 => new MaxPool($"l{i}", [from]),
                8 when large => new AveragePool($"l{i}", [from], 2),
                _ when alike.Length > 1 && Between(0, 3) == 0 => new Add($"l{i}", [from, alike[0], alike[^1]]),
                _ when alike.Length > 0 => new Add($"l{i}", [from, alike[random.NextInt(alike.Length)]]),
                _ => new Convolution($"l{i}", [from], map.Channels),
            });
        }
        Add(Between(0, 1) == 0 ? new AveragePool("end", [last]) : new Flatten("end", [last]));
        Add(new Linear("fc", [last], 4));
        return new(input, layers);
    }
}
