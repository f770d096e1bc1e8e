using Heliograph.Networks;
using Heliograph.Pairs;

namespace Heliograph.Tests.Shared;

/// <summary>Pairs that retrieve, so small that their answers can be computed by hand: two symbols, whose embedding they are themselves, and a gallery of three images.</summary>
static class RetrievalPairs
{
    /// <summary>To the right, up, and to the lower left: of the classes 0, 1 and 2.</summary>
    public static Gallery Gallery { get; } = new([1, 0, 0, 2, -1, -1], [0, 1, 2]);

    /// <summary>What a pair is written from.</summary>
    public sealed record Parts(PairDescription Description, Weights Edge, Gallery Gallery)
    {
        public Pair Write(string folder, bool replace = false) => PairFolder.Write(folder, Description, Weights.Empty, Edge, replace: replace, gallery: Gallery);
    }

    public static Parts Make(Gallery? gallery = null, int neighbours = 3, string name = "finder", params string[] classes)
    {
        gallery ??= Gallery;
        Network edge = new(new(2, 1, 1), [new Linear("embedding", [Network.InputName], 2)]);
        return new(new()
        {
            Name = name,
            Split = "pool1",
            Symbols = 2,
            Channel = new("awgn", 10, 10),
            Classes = classes.Length > 0 ? [.. classes] : ["right", "up", "lower left"],
            Normalisation = new([0, 0], [1, 1]),
            Device = new(new(2, 1, 1), [new Flatten("flat", [Network.InputName]), new PowerNormalization("power", ["flat"])]),
            Edge = edge,
            Gallery = new(gallery.Images, gallery.Dimensions, neighbours),
        }, Weights.Empty.With("embedding.weight", new([2, 2], [1, 0, 0, 1])).With("embedding.bias", new([2], [0, 0])), gallery);
    }
}
