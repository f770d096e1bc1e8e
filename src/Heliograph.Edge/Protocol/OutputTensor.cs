using Heliograph.Edge.Pairs;

namespace Heliograph.Edge.Protocol;

/// <summary>An output of a pair: its name, the type of its values, and how many there are of one image. Both types have 4 bytes.</summary>
readonly record struct OutputTensor(string Name, string Datatype, int Columns)
{
    /// <summary>Of a pair that classifies.</summary>
    public const string Logits = "logits", Probabilities = "probabilities";

    /// <summary>Of a pair that retrieves: the embedding; and of the nearest images of its gallery, the nearest first, the cosine, the place in the gallery, and the class.</summary>
    public const string Embedding = "embedding", Similarities = "similarities", Neighbours = "neighbours", Labels = "labels";

    /// <summary>The most outputs that a pair has.</summary>
    public const int Most = 4;

    const string Floats = Inference.Datatype, Integers = "INT32";

    static readonly string[] OfClassifier = [Logits, Probabilities], OfRetrieval = [Embedding, Similarities, Neighbours, Labels];

    /// <summary>True for a tensor of whole numbers.</summary>
    public bool IsInteger => Datatype == Integers;

    /// <summary>The names of a pair's outputs, all of which are sent if a request names none.</summary>
    public static string[] NamesOf(EdgePair pair) => pair.Gallery is null ? OfClassifier : OfRetrieval;

    /// <summary>One of a pair's outputs.</summary>
    /// <param name="pair">The pair.</param>
    /// <param name="name">One of <see cref="NamesOf"/>.</param>
    public static OutputTensor Of(EdgePair pair, string name) => name switch
    {
        Embedding => new(name, Floats, pair.OutputLength),
        Similarities => new(name, Floats, pair.Neighbours),
        Neighbours or Labels => new(name, Integers, pair.Neighbours),
        _ => new(name, Floats, pair.ClassCount),
    };
}
