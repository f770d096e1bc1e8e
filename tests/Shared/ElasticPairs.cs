using Heliograph.Codes;
using Heliograph.Networks;
using Heliograph.Pairs;

namespace Heliograph.Tests.Shared;

/// <summary>Elastic pairs with random weights: VGG11 at an eighth of its width, split at pool2.</summary>
static class ElasticPairs
{
    /// <summary>Three widths, and 16, 32 or 64 symbols.</summary>
    public static readonly Modes Modes = new([0, 0.5, 0.875], [16, 32, 64], 0, 20);

    /// <summary>What a pair is written from.</summary>
    public sealed record Parts(PairDescription Description, Weights Device, Weights Edge, Weights[] Widths)
    {
        public Pair Write(string folder, WeightType type = WeightType.F32, bool replace = false) =>
            PairFolder.Write(folder, Description, Device, Edge, type, replace: replace, widths: Widths);
    }

    public static Parts Make(ulong seed = 1, string name = "elastic", Modes? of = null, int classes = 5, bool knowsSnr = false)
    {
        var modes = of ?? Modes;
        var backbone = Vgg.Build(11, classes, (3, 32, 32), width: 0.125);
        var halves = modes.Ratios.Select((ratio, width) =>
        {
            var front = UniformPruning.Prune(backbone, "pool2", ratio).SplitAt("pool2").Device;
            return Folded(front.Then(ElasticCode.Encoder(front.Output, modes, knowsSnr)), seed + (ulong)width);
        }).ToArray();
        var split = backbone.SplitAt("pool2");
        var (edge, edgeWeights) = Folded(ElasticCode.Edge(split.Edge, ElasticCode.Decoder(split.Device.Output, modes)), seed + 1000);
        return new(new()
        {
            Name = name,
            Split = "pool2",
            PruningRatio = modes.Ratios[0],
            Symbols = modes.MostSymbols,
            Channel = new("awgn", modes.SnrLowDb, modes.SnrHighDb),
            Classes = [.. Enumerable.Range(0, classes).Select(i => $"class {i}")],
            Normalisation = new([0.5f, 0.4f, 0.3f], [0.2f, 0.25f, 0.3f]),
            Device = halves[0].Network,
            Edge = edge,
            Modes = modes,
            Widths = [.. halves.Skip(1).Select(half => half.Network)],
        }, halves[0].Weights, edgeWeights, [.. halves.Skip(1).Select(half => half.Weights)]);
    }

    static (Network Network, Weights Weights) Folded(Network network, ulong seed) => Folding.Fold(network, Drawn.Weights(network, seed));
}
