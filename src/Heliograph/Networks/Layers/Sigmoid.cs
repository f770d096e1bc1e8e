using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>1 / (1 + e⁻ˣ), from 0 to 1.</summary>
public sealed record Sigmoid(string Name, ValueList<string> Inputs) : ElementwiseLayer(Name, Inputs)
{
    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    internal const string TypeName = "sigmoid";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new Sigmoid(name, inputs);
}
