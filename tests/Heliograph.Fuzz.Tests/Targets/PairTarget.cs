using Heliograph.Networks;
using Heliograph.Pairs;
using Heliograph.Statistics;
using Heliograph.Tests.Pairs;

namespace Heliograph.Fuzz.Tests.Targets;

/// <summary><c>pair.json</c>.</summary>
sealed class PairTarget : FileTarget
{
    public PairTarget()
    {
        var pairs = new List<byte[]>();
        foreach (var (backbone, point) in new[] { ("vgg11", "pool3"), ("resnet20", "block3"), ("mobilenetv2", "block4") })
        {
            string folder = Path.Combine(Folder, backbone);
            var (description, device, edge) = TinyPair.Make(Backbones.Build(backbone, 5, (3, 32, 32), 0.125), point, 2);
            PairFolder.Write(folder, description, device, edge);
            pairs.Add(System.IO.File.ReadAllBytes(Path.Combine(folder, Pair.DescriptionFile)));
        }
        string retrieves = Path.Combine(Folder, "finder");
        RetrievalPairs.Make().Write(retrieves);
        pairs.Add(System.IO.File.ReadAllBytes(Path.Combine(retrieves, Pair.DescriptionFile)));
        Corpus = pairs;
    }

    public override string Name => "pair";

    public override IReadOnlyList<byte[]> Corpus { get; }

    protected override string File => Pair.DescriptionFile;

    public override byte[] Change(byte[] origin, IReadOnlyList<byte[]> pool, RandomStream random) => TextChanges.Change(origin, pool, random);

    public override void Read(byte[] input)
    {
        Pair pair = Pair.Open(Folder);
        // Whoever opens a pair asks for these.
        _ = pair.Description.Device.Cost().Macs + pair.Description.Edge.Cost().Parameters;
        _ = pair.Description.Device.WeightSpecs().Count();
    }

    public override bool Refuses(Exception error) => error is InvalidDataException;
}
