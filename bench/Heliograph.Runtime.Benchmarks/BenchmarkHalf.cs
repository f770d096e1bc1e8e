using System.Globalization;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Tests.Runtime;

namespace Heliograph.Runtime.Benchmarks;

/// <summary>A device half with random weights, batch norms folded, and its encoder: 4 channels at early split points, 8 where the maps are small.</summary>
sealed record BenchmarkHalf(string Backbone, string Split, string Ratio, DeviceHalf Half)
{
    static readonly string[] Ratios = ["0 %", "25 %", "50 %", "75 %", "odd"];

    public string Name => $"{Backbone} {Split} {Ratio}";

    /// <summary>Filters of the convolutions that are not depthwise, the encoder's left out: of the first six, where there are more than VGG16 has.</summary>
    public string Widths
    {
        get
        {
            int[] filters = [.. Half.Model.Network.Layers.OfType<Convolution>().Where(conv => !conv.IsDepthwise).SkipLast(1).Select(conv => conv.Filters)];
            return string.Join("/", filters.Length > 13 ? filters[..6] : filters) + (filters.Length > 13 ? "/…" : "");
        }
    }

    /// <summary>
    /// VGG16 at every split point, pruned uniformly and to odd widths as pruning by saliency leaves them; ResNet-20 and MobileNetV2 at an early, a middle
    /// and the last block, whole and pruned by half. Filters that are tied to layers behind the split point stay.
    /// </summary>
    /// <param name="only">Part of the name of the rows wanted, for instance <c>pool2 50 %</c>.</param>
    public static IEnumerable<BenchmarkHalf> All(string only)
    {
        foreach (var (backbone, splits, ratios) in new[]
        {
            ("vgg16", new[] { "pool1", "pool2", "pool3", "pool4", "pool5" }, Ratios),
            ("resnet20", ["block2", "block5", "block9"], ["0 %", "50 %"]),
            ("mobilenetv2", ["block2", "block6", "block13", "block17"], ["0 %", "50 %"]),
        })
        {
            var network = Backbones.Build(backbone, 100, new(3, 32, 32));
            foreach (string split in splits)
            {
                foreach (string ratio in ratios)
                {
                    if ($"{backbone} {split} {ratio}".Contains(only, StringComparison.Ordinal))
                        yield return Of(backbone, split, ratio, ratio == "odd" ? Odd(network.SplitAt(split).Device) : Pruned(network, split, ratio));
                }
            }
        }
    }

    static Network Pruned(Network network, string split, string percent) =>
        UniformPruning.Prune(network, split, int.Parse(percent[..^2], CultureInfo.InvariantCulture) / 100.0).SplitAt(split).Device;

    static Network Odd(Network device)
    {
        int[] widths = device.Layers.OfType<Convolution>().Count() == 2 ? [19, 19] : [29, 37, 61, 67, 131, 127, 135, 251, 263, 241, 267, 245, 261];
        int next = 0;
        return device.With(layer => layer is Convolution conv ? conv with { Filters = widths[next++] } : layer);
    }

    static BenchmarkHalf Of(string backbone, string split, string ratio, Network device)
    {
        var whole = device.Then(JointCode.Encoder(device.Output, device.Output.Height >= 8 ? 4 : 8));
        var (network, weights) = Folding.Fold(whole, Halves.Draw(whole, 1));
        return new(backbone, split, ratio, new(new Model(network, weights), new([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f])));
    }
}
