using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>min(max(x, 0), 6).</summary>
public sealed record Relu6(string Name, ValueList<string> Inputs) : ElementwiseLayer(Name, Inputs)
{
    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    internal const string TypeName = "relu6";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new Relu6(name, inputs);
}
