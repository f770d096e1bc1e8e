using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Statistics;

namespace Heliograph.Edge.Benchmarks;

/// <summary>A pair folder with random weights, of the size of a real one: VGG16 for 32×32 images and 100 classes.</summary>
sealed class BenchmarkPair : IDisposable
{
    BenchmarkPair(Pair pair) => Pair = pair;

    public Pair Pair { get; }

    public int Symbols => Pair.Description.Symbols;

    public int Classes => Pair.Description.Classes.Count;

    public static BenchmarkPair Make(string splitPoint, double width)
    {
        var split = Vgg.Build(16, 100, (3, 32, 32), width).SplitAt(splitPoint);
        var (device, deviceWeights) = Draw(split.Device.Then(JointCode.Encoder(split.Device.Output, 8)), 1);
        var (edge, edgeWeights) = Draw(JointCode.Decoder(split.Device.Output, 8).Then(split.Edge), 2);
        string folder = Path.Combine(Directory.CreateTempSubdirectory("heliograph-bench-").FullName, "bench");
        return new(PairFolder.Write(folder, new()
        {
            Name = "bench",
            Split = splitPoint,
            Symbols = device.Output.Elements,
            Channel = new("awgn", 10, 10),
            Classes = [.. Enumerable.Range(0, 100).Select(i => $"class {i}")],
            Normalisation = new([0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]),
            Device = device,
            Edge = edge,
        }, deviceWeights, edgeWeights));
    }

    /// <summary>Vectors of about mean power 1.</summary>
    public float[] Vectors(int n, ulong seed)
    {
        var random = new RandomStream(seed, "bench");
        var symbols = new float[n * Symbols];
        for (int i = 0; i < symbols.Length; i++)
            symbols[i] = (float)random.NextGaussian();
        return symbols;
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(Pair.Folder)!, recursive: true);

    static (Network, Weights) Draw(Network network, ulong seed)
    {
        var random = new RandomStream(seed, "weights");
        return Folding.Fold(network, new(network.WeightSpecs().Select(spec =>
        {
            float[] values = new float[spec.Length];
            for (int i = 0; i < values.Length; i++)
            {
                // GDN's γ may not be negative.
                values[i] = spec.Name.EndsWith(".gamma", StringComparison.Ordinal) ? 0.1f * random.NextSingle()
                    : spec.Shape.Count > 1 ? (float)(random.NextGaussian() / Math.Sqrt(spec.Length / spec.Shape[0]))
                    : 0.5f + random.NextSingle();
            }
            return KeyValuePair.Create(spec.Name, new WeightArray([.. spec.Shape], values));
        })));
    }
}
