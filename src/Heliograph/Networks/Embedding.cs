namespace Heliograph.Networks;

/// <summary>What a classifier makes of its input just before it names classes: images of one class lie near each other there, also of classes it was never taught.</summary>
static class Embedding
{
    /// <summary>Name of the layer that gives it: the one that the last layer reads.</summary>
    /// <param name="classifier">Ends in a linear layer.</param>
    /// <exception cref="UsageException">It does not.</exception>
    public static string LayerOf(Network classifier) => classifier.Layers is [.., Linear last] && last.Inputs[0] != Network.InputName ? last.Inputs[0]
        : throw new UsageException("an embedding is what the last, linear layer of a classifier reads; this network has none");

    /// <summary>The classifier without its last layer.</summary>
    /// <inheritdoc cref="LayerOf"/>
    public static Network Of(Network classifier) => classifier.SplitAfter(LayerOf(classifier)).Device;
}
