using System.Globalization;
using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Tests.Runtime;

namespace Heliograph.Runtime.Benchmarks;

/// <summary>A VGG16 device half with random weights, batch norms folded, and its encoder: 64 symbols up to pool2, fewer behind.</summary>
sealed record BenchmarkHalf(string Split, string Ratio, DeviceHalf Half)
{
    public string Widths => string.Join("/", Half.Model.Network.Layers.OfType<Convolution>().SkipLast(1).Select(conv => conv.Filters));

    /// <summary>Every split point, pruned uniformly, and odd widths as pruning by saliency leaves them.</summary>
    /// <param name="only">Part of the name of the rows wanted, for instance <c>pool2 50 %</c>.</param>
    public static IEnumerable<BenchmarkHalf> All(string only)
    {
        var vgg = Vgg.Build(16, 100, new(3, 32, 32));
        foreach (string split in vgg.SplitPoints)
        {
            foreach (string ratio in (string[])["0 %", "25 %", "50 %", "75 %", "odd"])
            {
                if ($"{split} {ratio}".Contains(only, StringComparison.Ordinal))
                    yield return Of(split, ratio, ratio == "odd" ? Odd(vgg.SplitAt(split).Device) : Pruned(vgg, split, int.Parse(ratio[..^2], CultureInfo.InvariantCulture)));
            }
        }
    }

    static Network Pruned(Network vgg, string split, int percent) => UniformPruning.Prune(vgg, split, percent / 100.0).SplitAt(split).Device;

    static Network Odd(Network device)
    {
        int[] widths = device.SplitPoints.Count == 1 ? [19, 19] : [29, 37, 61, 67, 131, 127, 135, 251, 263, 241, 267, 245, 261];
        int next = 0;
        return device.With(layer => layer is Convolution conv ? conv with { Filters = widths[next++] } : layer);
    }

    static BenchmarkHalf Of(string split, string ratio, Network device)
    {
        var whole = device.Then(JointCode.Encoder(device.Output, split is "pool1" or "pool2" ? 4 : 8));
        var (network, weights) = Folding.Fold(whole, Halves.Draw(whole, 1));
        return new(split, ratio, new(new Model(network, weights), new([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f])));
    }
}
