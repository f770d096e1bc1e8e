using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Statistics;

namespace Heliograph.Tests.Pairs;

/// <summary>A small whole pair with random weights: VGG11 at an eighth of its width, split at pool2, pruned by half.</summary>
static class TinyPair
{
    /// <summary>Its description and weights, before it is written.</summary>
    public static (PairDescription Description, Weights Device, Weights Edge) Make(ulong seed = 1, int classes = 5, int channels = 2) =>
        Make(UniformPruning.Prune(Vgg.Build(11, classes, (3, 32, 32), width: 0.125), "pool2", 0.5), "pool2", channels, seed);

    /// <summary>A pair of any backbone, with random weights.</summary>
    public static (PairDescription Description, Weights Device, Weights Edge) Make(Network backbone, string point, int channels, ulong seed = 1)
    {
        int classes = backbone.Output.Elements;
        var split = backbone.SplitAt(point);
        var (device, deviceWeights) = Folded(split.Device.Then(JointCode.Encoder(split.Device.Output, channels)), seed);
        var (edge, edgeWeights) = Folded(JointCode.Decoder(split.Device.Output, channels).Then(split.Edge), seed + 1);
        return (new()
        {
            Name = "tiny",
            Split = point,
            PruningRatio = 0.5,
            Symbols = device.Output.Elements,
            Channel = new("awgn", 14.5, 14.5),
            Classes = [.. Enumerable.Range(0, classes).Select(i => $"class {i}")],
            Normalisation = new([0.5f, 0.4f, 0.3f], [0.2f, 0.25f, 0.3f]),
            Device = device,
            Edge = edge,
            Accuracy = new(100, 2, 90, 80.5, [new(0, 50, 1.5, 90), new(14.5, 80, null, 99)]),
            Provenance = new("seed: 1\n", seed, null, "0.1.0"),
        }, deviceWeights, edgeWeights);
    }

    /// <summary>Writes it.</summary>
    public static Pair Write(string folder, ulong seed = 1, WeightType type = WeightType.F32, bool replace = false)
    {
        var (description, device, edge) = Make(seed);
        return PairFolder.Write(folder, description, device, edge, type, replace: replace);
    }

    static (Network, Weights) Folded(Network network, ulong seed)
    {
        var random = new RandomStream(seed, "weights");
        return Folding.Fold(network, new(network.WeightSpecs().Select(spec =>
        {
            float[] values = new float[spec.Length];
            for (int i = 0; i < values.Length; i++)
                values[i] = spec.Shape.Count > 1 ? (float)(random.NextGaussian() / Math.Sqrt(spec.Length / spec.Shape[0])) : 0.5f + random.NextSingle();
            // GDN's γ is not negative.
            if (spec.Name.EndsWith(".gamma", StringComparison.Ordinal))
                values = [.. values.Select(Math.Abs)];
            return KeyValuePair.Create(spec.Name, new WeightArray([.. spec.Shape], values));
        })));
    }
}
