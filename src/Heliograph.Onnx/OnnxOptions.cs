using Heliograph.Networks;

namespace Heliograph.Onnx;

/// <summary>The name and metadata of an ONNX graph, and how its weights are stored.</summary>
/// <param name="Input">Name of the graph's input.</param>
/// <param name="Output">Name of the graph's output.</param>
public sealed record OnnxOptions(string Input, string Output)
{
    /// <summary>A device half: <c>image</c> [N, C, H, W], normalised, to <c>symbols</c> [N, B] of mean power 1.</summary>
    public static OnnxOptions Device { get; } = new("image", "symbols")
    {
        Name = "device",
        Description = "Device half: image [N, C, H, W] (RGB in 0..1, normalised by mean and standard deviation) to symbols [N, B], "
            + "each image's vector scaled to mean power 1.",
    };

    /// <summary>An edge half: received <c>symbols</c> [N, B] to <c>logits</c> [N, classes].</summary>
    public static OnnxOptions Edge { get; } = new("symbols", "logits")
    {
        Name = "edge",
        Description = "Edge half: received symbols [N, B] (sent with mean power 1, the channel's noise added, not rescaled) to logits [N, classes].",
    };

    /// <summary>The edge half of a pair that retrieves: received <c>symbols</c> [N, B] to <c>embedding</c> [N, dimensions], which is compared with a gallery.</summary>
    public static OnnxOptions Embedding { get; } = new("symbols", "embedding")
    {
        Name = "edge",
        Description = "Edge half: received symbols [N, B] (sent with mean power 1, the channel's noise added, not rescaled) to embedding [N, dimensions] (of any length; compare by the cosine).",
    };

    /// <summary>Name of the graph.</summary>
    public string Name { get; init; } = "network";

    /// <summary>What a reader should know, in words: the model's <c>doc_string</c>.</summary>
    public string Description { get; init; } = "";

    /// <summary>
    /// <see cref="WeightType.F32"/>, or <see cref="WeightType.F16"/>: every weight array is then stored in half the bytes and cast back by
    /// the graph; the computation stays 32-bit.
    /// </summary>
    public WeightType Storage { get; init; } = WeightType.F32;

    /// <summary>Keys and values for the model's <c>metadata_props</c>, for instance <c>heliograph.pair</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}
