namespace Heliograph.Networks;

/// <summary>What a safetensors file holds.</summary>
/// <param name="Weights">The arrays, in the order of their data, widened to single precision.</param>
/// <param name="Metadata">The file's <c>__metadata__</c>; empty if it has none.</param>
public sealed record SafetensorsFile(Weights Weights, IReadOnlyDictionary<string, string> Metadata);
