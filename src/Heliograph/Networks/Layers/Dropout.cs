using System.Text.Json;

namespace Heliograph.Networks;

/// <summary>Zeroes each value with probability <paramref name="Rate"/> in training and scales the rest; does nothing otherwise.</summary>
public sealed record Dropout(string Name, ValueList<string> Inputs, float Rate) : ElementwiseLayer(Name, Inputs)
{
    /// <inheritdoc/>
    public override IEnumerable<WeightSpec> Weights(IReadOnlyList<Shape> inputs) => NoArrays;

    internal const string TypeName = "dropout";

    internal override string Type => TypeName;

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteNumber("rate", Rate);
    }

    internal static Layer Read(string name, ValueList<string> inputs, JsonElement json) => new Dropout(name, inputs, (float)json.Number("rate"));
}
