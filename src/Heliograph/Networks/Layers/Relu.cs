using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>max(x, 0).</summary>
public sealed record Relu(string Name, ValueList<string> Inputs) : ElementwiseLayer(Name, Inputs)
{
    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    internal const string TypeName = "relu";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new Relu(name, inputs);
}
